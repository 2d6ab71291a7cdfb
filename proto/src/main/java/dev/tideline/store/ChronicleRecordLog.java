package dev.tideline.store;

import com.google.protobuf.ByteString;
import dev.tideline.store.LogRecovery.Recovered;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link RecordLog} in files of Chronicle Queue, made durable by syncs of our own.
 *
 * <pre>
 *  directory/lock           held by the process that has the log open
 *           /g0000000007/   a generation: a queue of one file, allocated whole
 *           /g0000000008/   the active one, appended to
 *           /g0000000009/   prepared ahead once the active one is half full
 * </pre>
 *
 * <p>Every opening begins a generation: what a queue appends into a file whose end may be torn
 * cannot always be read back, and after an orderly stop the rule costs a few kilobytes. {@link
 * LogRecovery} tells what of the older ones counts, {@link GroupCommit} when what was appended is
 * durable, {@link Frame} and {@link GenerationHeader} what the bytes look like.
 *
 * <p>Any failure to append or to sync is final. Only want of space is not: it is noticed before
 * anything is written.
 */
public final class ChronicleRecordLog implements RecordLog {

  private final Path directory;
  private final RecordLogConfig config;
  private final LogEnvironment machine;
  private final DirectoryLock lock;
  private final NextGeneration next;
  private final UnsyncedFiles unsynced;
  private final GroupCommit commit;

  private volatile GenerationWriter writer;
  private volatile boolean closed;

  /** Held while the list of generations is replaced; appends roll, another thread truncates. */
  private final Object structure = new Object();

  /** Ascending; the last is the active one. Replaced as a whole, so that readers need no lock. */
  private volatile List<Generation> generations;

  private volatile long lastPosition;

  /**
   * Opens the log in {@code directory}, creating it if there is none. What was found is durable on
   * return. Takes a few milliseconds once the JVM is warm, plus the reading of what an unclean stop
   * left.
   *
   * @param onFailure hears if the log fails later; see there
   * @throws LogOpenException if another process has it open, if it is damaged, or if there is no
   *     room for a generation above the reserve
   */
  public static ChronicleRecordLog open(
      Path directory, RecordLogConfig config, FailureHandler onFailure) {
    return open(directory, config, onFailure, LogEnvironment.MACHINE);
  }

  /** The same on a machine that may not be the real one. */
  public static ChronicleRecordLog open(
      Path directory, RecordLogConfig config, FailureHandler onFailure, LogEnvironment machine) {
    try {
      GenerationDirectory.create(directory, machine);
      var lock = DirectoryLock.take(directory, config.lockWaitMs());
      try {
        GenerationDirectory.removeRemains(directory);
        var recovered = LogRecovery.run(directory, machine);
        var log = new ChronicleRecordLog(directory, config, onFailure, machine, lock, recovered);
        giveBack(recovered, machine);
        return log;
      } catch (IOException | RuntimeException | Error e) {
        lock.close();
        throw e;
      }
    } catch (LogFullException e) {
      throw new LogOpenException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new LogOpenException(directory + " cannot be opened: " + e, e);
    }
  }

  /**
   * Makes a log whose first record will be at a position, in a directory that holds none.
   *
   * @throws LogOpenException if it holds one, or there is no room
   */
  public static ChronicleRecordLog create(
      Path directory, RecordLogConfig config, long first, FailureHandler onFailure) {
    try {
      GenerationDirectory.create(directory, LogEnvironment.MACHINE);
      var lock = DirectoryLock.take(directory, config.lockWaitMs());
      try {
        if (!GenerationDirectory.list(directory).isEmpty()) {
          throw new LogOpenException(directory + " holds a log already");
        }
        var nothing = new Recovered(List.of(), List.of(), first - 1, 0);
        return new ChronicleRecordLog(
            directory, config, onFailure, LogEnvironment.MACHINE, lock, nothing);
      } catch (IOException | RuntimeException | Error e) {
        lock.close();
        throw e;
      }
    } catch (LogFullException e) {
      throw new LogOpenException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new LogOpenException(directory + " cannot be made: " + e, e);
    }
  }

  /** Whether a process has the log in a directory open; also false if there is none. */
  public static boolean isOpen(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(DirectoryLock.FILE_NAME))) {
      return false;
    }
    try (var lock = DirectoryLock.take(directory, 0)) {
      return lock == null;
    } catch (LogOpenException e) {
      return true;
    }
  }

  private ChronicleRecordLog(
      Path directory,
      RecordLogConfig config,
      FailureHandler onFailure,
      LogEnvironment machine,
      DirectoryLock lock,
      Recovered recovered)
      throws IOException {
    this.directory = directory;
    this.config = config;
    this.machine = machine;
    this.lock = lock;
    lastPosition = recovered.last();
    unsynced = new UnsyncedFiles(machine);
    commit =
        new GroupCommit(
            directory.toString(), lastPosition, this::lastPosition, unsynced::force, onFailure);
    next = new NextGeneration(directory, config, machine, recovered.highestNumber() + 1);
    writer = next.take();
    unsynced.add(writer.file());
    var kept = recovered.kept();
    long previous = kept.isEmpty() ? 0 : kept.getLast().directory().number();
    var active = writer.begin(header(previous), lastPosition);
    unsynced.force();
    var all = new ArrayList<Generation>();
    kept.forEach(old -> all.add(Generation.sealed(old.directory(), old.header(), old.last())));
    all.add(active);
    generations = List.copyOf(all);
  }

  /** Gives back the space of what recovery did not keep; its successor is durable by then. */
  private static void giveBack(Recovered recovered, LogEnvironment machine) throws IOException {
    for (var generation : recovered.dropped()) {
      generation.remove(machine);
    }
    for (var generation : recovered.kept()) {
      if (generation.chainEnd() > 0) {
        generation.directory().truncateBehind(generation.chainEnd());
      }
    }
  }

  @Override
  public long append(ByteString record) {
    commit.checkHealthy();
    checkOpen();
    if (record.isEmpty() || record.size() > config.recordBytesMax()) {
      throw new IllegalArgumentException(
          "a record has 1 to " + config.recordBytesMax() + " bytes, not " + record.size());
    }
    long position = lastPosition + 1;
    try {
      if (!writer.hasRoomFor(record.size())) {
        roll(position);
      }
      writer.append(position, commit.durable(), record);
    } catch (LogFullException e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      throw commit.fail("an append failed", e);
    }
    lastPosition = position;
    if (writer.freeBytes() < config.generationBytes() / 2) {
      next.prepareAhead();
    }
    return position;
  }

  @Override
  public long firstPosition() {
    return generations.getFirst().first();
  }

  @Override
  public long lastPosition() {
    return lastPosition;
  }

  @Override
  public long durablePosition() {
    return commit.durable();
  }

  @Override
  public void awaitDurable(long position) {
    commit.await(position);
  }

  @Override
  public void whenDurable(long position, Runnable action) {
    commit.whenDurable(position, action);
  }

  @Override
  public Reader read(long from) {
    checkOpen();
    if (from < firstPosition() || from > lastPosition + 1) {
      throw new IllegalArgumentException(
          "cannot read from " + from + ", held is " + firstPosition() + " to " + lastPosition);
    }
    return new LogReader(this, from);
  }

  @Override
  public void truncateBefore(long position) {
    checkOpen();
    if (generations.size() == 1 || generations.getFirst().last() >= position) {
      return;
    }
    // Only then is the header of the oldest one kept durable for certain, and with it the position.
    commit.await(lastPosition);
    for (var generation : giveUpBefore(position)) {
      try {
        generation.remove(machine);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Takes generations out of the log; their files are removed without holding up an append. */
  private List<Generation> giveUpBefore(long position) {
    synchronized (structure) {
      var held = generations;
      int given = 0;
      while (given < held.size() - 1 && held.get(given).last() < position) {
        if (held.get(given).isUsed()) {
          throw new IllegalStateException(held.get(given) + " is still being read");
        }
        given++;
      }
      generations = held.subList(given, held.size());
      return held.subList(0, given);
    }
  }

  @Override
  public long freeBytes() {
    try {
      long usable = Math.max(0, machine.usableBytes(directory) - config.reserveBytes());
      return usable + writer.freeBytes() + (next.isAhead() ? config.generationBytes() : 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Syncs, testifies that everything is durable, gives back the unused rest of the active
   * generation. After a failure nothing is synced any more. A reader that is still open keeps its
   * own file open until it is closed.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (commit.isHealthy()) {
        commit.await(lastPosition);
        writer.end(lastPosition);
        unsynced.forceAll();
      }
    } catch (IOException e) {
      throw commit.fail("closing failed", e);
    } finally {
      closeFiles();
    }
  }

  /** The generation that holds {@code position}, which was appended and not truncated. */
  Generation generationOf(long position) {
    var held = generations;
    for (int i = held.size() - 1; i >= 0; i--) {
      if (held.get(i).first() <= position) {
        return held.get(i);
      }
    }
    throw new IllegalStateException("position " + position + " was given back by truncation");
  }

  /** Ends the active generation and begins the one that starts with {@code position}. */
  private void roll(long position) throws IOException {
    var fresh = next.take();
    var full = generations.getLast();
    var begun = fresh.begin(header(full.directory().number()), commit.durable());
    unsynced.add(fresh.file());
    full.seal(position - 1);
    synchronized (structure) {
      var all = new ArrayList<>(generations);
      all.add(begun);
      generations = List.copyOf(all);
    }
    writer.close();
    full.release();
    writer = fresh;
  }

  private GenerationHeader header(long previous) {
    return new GenerationHeader(
        lastPosition + 1, previous, config.generationBytes(), machine.bootId());
  }

  private void closeFiles() {
    commit.close();
    long end = writer.end();
    var active = generations.getLast();
    writer.close();
    active.release();
    try {
      unsynced.close();
      next.close();
      if (!active.isUsed()) {
        active.directory().truncateBehind(end);
      }
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(directory + " is closed");
    }
  }
}
