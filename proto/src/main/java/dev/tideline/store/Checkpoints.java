package dev.tideline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of one log: a directory with at most one that counts.
 *
 * <pre>
 *  directory/checkpoint-0000000000000012345        complete; the number is its start
 *           /checkpoint-0000000000000067890.part   being written, or left by a crash
 * </pre>
 *
 * <p>A checkpoint is <em>fuzzy</em>: entries are copied while work goes on, each with its revision,
 * so it holds some that are newer than its start and none that is older than the newest at its
 * start. Replaying the log from behind the start, taking a change only if its revision is higher
 * than what is held, then gives the exact state. Because it may hold what the log had only just
 * been given, it counts once the log is durable to its <em>end</em>; only then is it renamed into
 * place, and only then may the log be truncated behind its start.
 *
 * <p>One writer at a time; {@link #newest} is for the start of a process.
 */
public final class Checkpoints {

  private static final String PREFIX = "checkpoint-";
  private static final String PART = ".part";
  private static final String NAME = PREFIX + "\\d{19}";

  private final Path directory;

  /** Those in a directory, which is made if there is none; what a crash left is cleared away. */
  public Checkpoints(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
      for (var file : list()) {
        if (file.getFileName().toString().endsWith(PART)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new LogOpenException(directory + " cannot be used: " + e, e);
    }
  }

  /**
   * The one that counts; empty if there never was one.
   *
   * @throws LogOpenException if it is damaged
   */
  public Optional<CheckpointReader> newest() {
    try {
      var whole = complete();
      return whole.isEmpty()
          ? Optional.empty()
          : Optional.of(CheckpointReader.open(whole.getLast()));
    } catch (IOException e) {
      throw new LogOpenException(directory + " cannot be read: " + e, e);
    }
  }

  /**
   * Begins one.
   *
   * @param start the log is to be replayed from behind this position
   */
  public CheckpointWriter begin(long start) {
    var name = PREFIX + "%019d".formatted(start);
    try {
      return new CheckpointWriter(
          this, directory.resolve(name + PART), directory.resolve(name), start);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The name of the new one becomes durable before the old one goes. */
  void replacedBy(Path whole) throws IOException {
    GenerationDirectory.forceEntries(directory, LogEnvironment.MACHINE);
    for (var other : complete()) {
      if (!other.equals(whole)) {
        Files.delete(other);
      }
    }
  }

  private List<Path> complete() throws IOException {
    return list().stream().filter(file -> file.getFileName().toString().matches(NAME)).toList();
  }

  /** By name, hence by start. */
  private List<Path> list() throws IOException {
    try (var files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }
}
