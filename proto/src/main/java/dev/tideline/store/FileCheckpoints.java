package dev.tideline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of one log in a directory.
 *
 * <pre>
 *  directory/checkpoint-0000000000000012345        complete; the number is its start
 *           /checkpoint-0000000000000067890.part   being written, or left by a crash
 * </pre>
 */
public final class FileCheckpoints implements Checkpoints {

  private static final String PREFIX = "checkpoint-";
  private static final String PART = ".part";
  private static final String NAME = PREFIX + "\\d{19}";

  private final Path directory;
  private final LogEnvironment machine;

  /** Those in a directory, which is made if there is none; what a crash left is cleared away. */
  public FileCheckpoints(Path directory) {
    this(directory, LogEnvironment.MACHINE);
  }

  /** The same on a machine that may not be the real one. */
  public FileCheckpoints(Path directory, LogEnvironment machine) {
    this.directory = directory;
    this.machine = machine;
    try {
      GenerationDirectory.create(directory, machine);
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
   * One in a file of whatever directory.
   *
   * @throws LogOpenException if it is damaged or of another format
   */
  public static CheckpointReader open(Path file) {
    try {
      return FileCheckpointReader.at(file);
    } catch (IOException e) {
      throw new LogOpenException(file + " cannot be read: " + e, e);
    }
  }

  @Override
  public Optional<CheckpointReader> newest() {
    try {
      var whole = complete();
      return whole.isEmpty()
          ? Optional.empty()
          : Optional.of(FileCheckpointReader.at(whole.getLast()));
    } catch (IOException e) {
      throw new LogOpenException(directory + " cannot be read: " + e, e);
    }
  }

  @Override
  public CheckpointWriter begin(long start) {
    var name = PREFIX + "%019d".formatted(start);
    try {
      return new FileCheckpointWriter(
          this, directory.resolve(name + PART), directory.resolve(name), start);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forces a checkpoint that is being written. */
  void force(Path part, FileChannel file) throws IOException {
    machine.force(part, file);
  }

  /** The name of the new one becomes durable before the old one goes. */
  void replacedBy(Path whole) throws IOException {
    GenerationDirectory.forceEntries(directory, machine);
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
