package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads all that is on disk of a log, whoever left it there and however. It takes no lock and
 * changes no byte, so that the log of a stopped, a broken and a running node can be looked at; of a
 * running one it is a moment's picture, which may end before the newest records.
 *
 * <p>A start reads what it must and refuses by the same rules ({@link LogRecovery}); this reads
 * every generation from its beginning.
 */
public final class LogInspection {

  private final Path log;
  private final Visitor visitor;
  private final String bootId;
  private final List<String> notes = new ArrayList<>();
  private @Nullable Damage damage;
  private boolean enough;
  private long generations;
  private long records;
  private long first;
  private long last;
  private long knownDurable;

  private LogInspection(Path log, Visitor visitor, String bootId) {
    this.log = log;
    this.visitor = visitor;
    this.bootId = bootId;
  }

  /** Where a record lies. */
  public record Place(long position, Path file, long offset) {}

  /** What cannot be read although it must be there, and where. */
  public record Damage(Path file, long offset, String what) {}

  /** Sees records in their order. */
  public interface Visitor {

    /** One record; false if that is enough. */
    boolean record(Place place, ByteString content);
  }

  /**
   * What was found.
   *
   * @param first position of the oldest record there is
   * @param last position of the newest; 0 or one before the first if there is none
   * @param damage the first that was met; what lies behind it was not read
   * @param notes what an operator may want to know and is no damage
   */
  public record Report(
      long generations,
      long records,
      long first,
      long last,
      Optional<Damage> damage,
      List<String> notes) {}

  /**
   * Reads a log from its oldest record on.
   *
   * @throws LogOpenException if there is no log in this directory, or one of another format
   */
  public static Report read(Path log, Visitor visitor) throws IOException {
    return read(log, visitor, LogEnvironment.MACHINE);
  }

  static Report read(Path log, Visitor visitor, LogEnvironment machine) throws IOException {
    if (!Files.isDirectory(log)) {
      throw new LogOpenException(log + " is not a directory: there is no log");
    }
    return new LogInspection(log, visitor, machine.bootId()).read();
  }

  private Report read() throws IOException {
    var found = new ArrayList<LogRecovery.Found>();
    for (var directory : GenerationDirectory.list(log)) {
      found.add(new LogRecovery.Found(directory, GenerationScan.header(directory)));
    }
    if (found.isEmpty() && !isEmptyLog()) {
      throw new LogOpenException(log + " holds other things than a log");
    }
    LogRecovery.superseded(found)
        .forEach(old -> notes.add(old.path().getFileName() + " is left over and does not count"));
    for (int i = 0; i < found.size() && damage == null && !enough; i++) {
      var next = i + 1 < found.size() ? found.get(i + 1).header() : null;
      if (next == null || next.previous() == found.get(i).directory().number()) {
        read(found.get(i), next);
      } else {
        readBeforeMissing(found.get(i), next);
      }
    }
    return new Report(generations, records, first, last, Optional.ofNullable(damage), notes);
  }

  /** Nothing, or the lock of a node that has not come further. */
  private boolean isEmptyLog() throws IOException {
    try (var entries = Files.list(log)) {
      return entries.allMatch(
          entry -> entry.getFileName().toString().equals(DirectoryLock.FILE_NAME));
    }
  }

  private void read(LogRecovery.Found generation, @Nullable GenerationHeader next)
      throws IOException {
    var header = generation.header();
    var file = generation.directory().dataFile();
    if (header == null) {
      readWithoutHeader(generation.directory(), next);
      return;
    }
    if (generations == 0) {
      first = header.first();
      last = header.first() - 1;
    }
    if (header.first() != last + 1) {
      damage =
          new Damage(
              file,
              0,
              "it begins at position %d, the one before ends at %d"
                  .formatted(header.first(), last));
      return;
    }
    generations++;
    long ends = next == null ? Long.MAX_VALUE : next.first() - 1;
    var scan =
        GenerationScan.of(
            generation.directory(),
            (position, offset, payload) -> {
              if (position > ends) {
                return true;
              }
              records++;
              last = position;
              enough =
                  !visitor.record(new Place(position, file, offset), ByteString.copyFrom(payload));
              return !enough;
            });
    knownDurable = Math.max(knownDurable, scan.knownDurable());
    if (!enough) {
      judge(generation.directory(), header, scan, ends);
    }
  }

  private void readBeforeMissing(LogRecovery.Found generation, GenerationHeader next)
      throws IOException {
    read(generation, null);
    if (damage == null && !enough) {
      var lost = new GenerationDirectory(log, next.previous());
      damage = new Damage(lost.dataFile(), 0, "it is missing, the next one goes on from it");
    }
  }

  private void readWithoutHeader(GenerationDirectory directory, @Nullable GenerationHeader next)
      throws IOException {
    var scan = GenerationScan.of(directory);
    if (scan.frames() > 0 || next != null) {
      damage = new Damage(directory.dataFile(), 0, "its header is not readable");
    } else if (scan.torn()) {
      notes.add(directory.path().getFileName() + " was never begun, its header is torn");
    }
  }

  private void judge(
      GenerationDirectory directory, GenerationHeader header, GenerationScan scan, long ends)
      throws IOException {
    boolean newest = ends == Long.MAX_VALUE;
    long promised = newest ? knownDurable : ends;
    var name = directory.path().getFileName();
    boolean hole = newest && scan.framesBehind() > 0;
    boolean sameBoot = !header.bootId().isEmpty() && header.bootId().equals(bootId);
    if (last < promised || (hole && sameBoot)) {
      if (newest && GenerationScan.of(directory).last() > last) {
        notes.add("it is being written: this is a moment's picture");
      } else {
        var what =
            last < promised
                ? "everything up to %d was durable".formatted(promised)
                : "%d frames behind it can, and the machine was not restarted since"
                    .formatted(scan.framesBehind());
        damage =
            new Damage(
                directory.dataFile(),
                scan.chainEnd(),
                "position %d cannot be read, but %s".formatted(last + 1, what));
      }
    } else if (hole) {
      notes.add(
          "%s: %d frames behind a hole after position %d were never durable"
              .formatted(name, scan.framesBehind(), last));
    } else if (newest && scan.torn()) {
      notes.add("%s: a torn end behind position %d".formatted(name, last));
    }
  }
}
