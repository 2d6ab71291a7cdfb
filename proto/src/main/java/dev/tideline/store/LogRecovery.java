package dev.tideline.store;

import dev.tideline.store.LogEnvironment.SyncedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what of a log still counts, before anything of it is opened as a queue.
 *
 * <p>A log that was left by a killed process holds all it ever appended. A log that was left by a
 * lost machine holds all that was synced, and of the rest whichever pages happened to reach the
 * disk: the files then look like a sponge. What counts is the prefix without holes. Three things
 * tell a hole that may be cut from damage that must not be glossed over:
 *
 * <ul>
 *   <li>A frame anywhere, in front of the hole or behind it, that says a position in the hole was
 *       durable. It had been promised: refuse.
 *   <li>Whole frames behind the hole, although the kernel is the same one that wrote them. A killed
 *       process loses no pages: refuse.
 *   <li>A generation that another one names as its predecessor and that is not there. Directories
 *       are durable before their first record: refuse.
 * </ul>
 *
 * <p>Everything else is cut, and said. Generations whose every record is testified to be durable
 * are not read: a start costs the unsynced rest and one generation, not the log.
 */
final class LogRecovery {

  private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

  private static final String WAY_OUT =
      "; restore the directory from a copy, or move it away and let the node fetch everything"
          + " again";

  /** A generation with the header it carries. */
  record Found(GenerationDirectory directory, @Nullable GenerationHeader header) {}

  /**
   * A generation that goes on being read.
   *
   * @param last its last record that counts
   * @param chainEnd offset behind that record; 0 if nothing needs to be cut behind it
   */
  record Kept(GenerationDirectory directory, GenerationHeader header, long last, int chainEnd) {}

  /**
   * What was found.
   *
   * @param kept ascending, each with at least one record
   * @param dropped without a record that counts; to be removed once their successor is durable
   * @param last the last position that counts
   * @param highestNumber of any generation there is
   */
  record Recovered(
      List<Kept> kept, List<GenerationDirectory> dropped, long last, long highestNumber) {}

  private final Path log;
  private final LogEnvironment machine;
  private final List<Kept> kept = new ArrayList<>();
  private final List<GenerationDirectory> dropped = new ArrayList<>();

  private long knownDurable;
  private long last;
  private boolean begun;
  private @Nullable Hole hole;

  /** Where the prefix ends although something follows. */
  private static final class Hole {
    final GenerationDirectory in;
    final int offset;
    final String bootId;
    long framesBehind;

    Hole(GenerationDirectory in, int offset, String bootId) {
      this.in = in;
      this.offset = offset;
      this.bootId = bootId;
    }
  }

  private LogRecovery(Path log, LogEnvironment machine) {
    this.log = log;
    this.machine = machine;
  }

  /**
   * Reads what must be read and forces it, so that whoever is told of a record may rely on it.
   *
   * @throws LogOpenException if something is missing that was promised; nothing was changed
   */
  static Recovered run(Path log, LogEnvironment machine) throws IOException {
    return new LogRecovery(log, machine).recover();
  }

  private Recovered recover() throws IOException {
    var directories = GenerationDirectory.list(log);
    var found = new ArrayList<Found>();
    for (var directory : directories) {
      found.add(new Found(directory, GenerationScan.header(directory)));
    }
    dropSuperseded(found);
    checkBeginning(found);
    checkNoneMissing(found);
    var scans = scanBackwards(found);
    int unread = found.size() - scans.size();
    keepUnread(found, unread);
    keepUntilHole(found.subList(unread, found.size()), scans);
    judge();
    forceScanned();
    long highest = directories.isEmpty() ? 0 : directories.getLast().number();
    return new Recovered(List.copyOf(kept), List.copyOf(dropped), last, highest);
  }

  private void dropSuperseded(List<Found> found) {
    dropped.addAll(superseded(found));
  }

  /** Takes away what a later generation did not go on from: it was cut before, or never begun. */
  static List<GenerationDirectory> superseded(List<Found> found) {
    var superseded = new ArrayList<GenerationDirectory>();
    long goesOnFrom = Long.MAX_VALUE;
    for (int i = found.size() - 1; i >= 0; i--) {
      var directory = found.get(i).directory;
      var header = found.get(i).header;
      if (directory.number() > goesOnFrom) {
        found.remove(i);
        superseded.add(directory);
      } else if (header != null) {
        goesOnFrom = header.previous();
      }
    }
    return superseded;
  }

  /** The first generation must say where the log begins, unless it is the very first of all. */
  private static void checkBeginning(List<Found> found) {
    if (!found.isEmpty() && found.getFirst().header == null) {
      var first = found.getFirst().directory;
      if (first.number() > 1 || found.stream().anyMatch(later -> later.header != null)) {
        throw corrupt(first, 0, "its header is not readable");
      }
    }
  }

  private static void checkNoneMissing(List<Found> found) {
    for (int i = 1; i < found.size(); i++) {
      var header = found.get(i).header;
      if (header != null && found.get(i - 1).directory.number() != header.previous()) {
        var directory = found.get(i).directory;
        var missing = new GenerationDirectory(directory.log(), header.previous());
        var name = directory.path().getFileName();
        throw new LogOpenException(
            missing.path() + " is missing, " + name + " goes on from it" + WAY_OUT);
      }
    }
  }

  /** Scans newest to oldest, until everything older is testified to be durable. */
  private List<GenerationScan> scanBackwards(List<Found> found) throws IOException {
    var scans = new ArrayList<GenerationScan>();
    boolean olderDurable = false;
    for (int i = found.size() - 1; i >= 0 && !olderDurable; i--) {
      var scan = GenerationScan.of(found.get(i).directory);
      scans.addFirst(scan);
      knownDurable = Math.max(knownDurable, scan.knownDurable());
      var header = scan.header();
      olderDurable = header != null && header.first() - 1 <= knownDurable;
    }
    return scans;
  }

  private void keepUnread(List<Found> found, int unread) {
    for (int i = 0; i < unread; i++) {
      var header = found.get(i).header;
      var next = found.get(i + 1).header;
      if (header == null || next == null) {
        throw corrupt(found.get(i).directory, 0, "its header is not readable");
      }
      keep(new Kept(found.get(i).directory, header, next.first() - 1, 0));
    }
  }

  /** Keeps what goes on without a hole, drops what lies behind the first one. */
  private void keepUntilHole(List<Found> found, List<GenerationScan> scans) {
    for (int i = 0; i < scans.size(); i++) {
      var scan = scans.get(i);
      var directory = found.get(i).directory;
      var header = scan.header();
      if (hole == null && header != null && (!begun || header.first() == last + 1)) {
        keep(new Kept(directory, header, scan.last(), scan.chainEnd()));
        var next = i + 1 < scans.size() ? scans.get(i + 1).header() : null;
        boolean cutBefore = next != null && next.first() == last + 1;
        if (scan.torn() && !cutBefore) {
          hole = new Hole(directory, scan.chainEnd(), header.bootId());
          hole.framesBehind = scan.framesBehind();
        }
      } else {
        checkNoOverlap(directory, header);
        dropped.add(directory);
        if (scan.torn() || scan.frames() > 0) {
          hole = hole == null ? holeBefore(directory) : hole;
          hole.framesBehind += scan.frames();
        }
      }
    }
  }

  /** Positions that exist twice are nothing that a crash can do. */
  private void checkNoOverlap(GenerationDirectory in, @Nullable GenerationHeader header) {
    if (begun && header != null && header.first() <= last) {
      var what = "it begins at position " + header.first() + ", the one before ends at " + last;
      throw corrupt(in, 0, what);
    }
  }

  private Hole holeBefore(GenerationDirectory directory) {
    if (kept.isEmpty()) {
      return new Hole(directory, 0, "");
    }
    var before = kept.getLast();
    return new Hole(before.directory, before.chainEnd, before.header.bootId());
  }

  private void keep(Kept generation) {
    begun = true;
    last = generation.last;
    if (last >= generation.header.first()) {
      kept.add(generation);
    } else {
      dropped.add(generation.directory);
    }
  }

  private void judge() {
    if (knownDurable > last) {
      var at = hole != null ? hole : kept.isEmpty() ? null : holeBefore(kept.getLast().directory);
      var file = at == null ? log : at.in.dataFile();
      throw new LogOpenException(
          describe(file, at == null ? 0 : at.offset)
              + "position "
              + (last + 1)
              + " cannot be read, but everything up to "
              + knownDurable
              + " was durable"
              + WAY_OUT);
    }
    if (hole != null && hole.framesBehind > 0) {
      if (!hole.bootId.isEmpty() && hole.bootId.equals(machine.bootId())) {
        throw corrupt(
            hole.in,
            hole.offset,
            "position "
                + (last + 1)
                + " cannot be read, "
                + hole.framesBehind
                + " frames behind it can, and the machine was not restarted since");
      }
      LOG.warn(
          "{}cut behind position {}: {} frames behind a hole that the lost machine left were never"
              + " durable",
          describe(hole.in.dataFile(), hole.offset),
          last,
          hole.framesBehind);
    } else if (hole != null) {
      LOG.info(
          "{}cut a torn end behind position {}", describe(hole.in.dataFile(), hole.offset), last);
    }
  }

  private void forceScanned() throws IOException {
    for (var generation : kept) {
      if (generation.chainEnd > 0) {
        try (var file =
            SyncedFile.open(generation.directory.dataFile(), StandardOpenOption.WRITE)) {
          machine.force(file);
        }
      }
    }
  }

  private static LogOpenException corrupt(GenerationDirectory in, int offset, String what) {
    return new LogOpenException(describe(in.dataFile(), offset) + what + WAY_OUT);
  }

  private static String describe(Path file, int offset) {
    return file + " at offset " + offset + ": ";
  }
}
