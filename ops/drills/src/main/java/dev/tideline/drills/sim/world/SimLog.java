package dev.tideline.drills.sim.world;

import com.google.protobuf.ByteString;
import dev.tideline.store.LogFullException;
import dev.tideline.store.RecordLog;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * A log that a process has open. A sync takes its time and covers what was appended before it
 * began; any operation may be the last one of the process.
 */
public final class SimLog implements RecordLog {

  private record Waiting(long position, long arrival, Runnable action) {}

  private final World world;
  private final Life life;
  private final LogFile file;
  private final Drive drive;
  private final Dice dice;
  private final Tamper tamper;
  private final Watcher watcher;
  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparingLong(Waiting::position).thenComparingLong(Waiting::arrival));
  private final Set<FileReader> readers = new HashSet<>();
  private long arrivals;
  private boolean syncing;

  /** Sees what is appended, at once. */
  public interface Watcher {
    void appended(long position, ByteString record);
  }

  /** Where a log lies and who uses it. */
  public record Place(
      World world, Life life, LogFile file, Drive drive, Dice dice, Tamper tamper) {}

  /** Opens a log; what is read of it is forced first, as a real one does. */
  public SimLog(Place place, Watcher watcher) {
    world = place.world();
    life = place.life();
    file = place.file();
    drive = place.drive();
    dice = place.dice();
    tamper = place.tamper();
    this.watcher = watcher;
    file.opened();
  }

  @Override
  public long append(ByteString record) {
    life.operation();
    if (record.isEmpty() || record.size() > RECORD_BYTES_MAX) {
      throw new IllegalArgumentException("a record of %d bytes".formatted(record.size()));
    }
    if (drive.full()) {
      throw new LogFullException("the simulated disk is full");
    }
    var written = tamper.record(record);
    long position = file.append(written);
    watcher.appended(position, written);
    life.operation();
    return position;
  }

  @Override
  public long firstPosition() {
    return file.first();
  }

  @Override
  public long lastPosition() {
    return file.last();
  }

  @Override
  public long durablePosition() {
    return tamper.liesAboutSync() ? file.last() : file.durable();
  }

  @Override
  public void awaitDurable(long position) {
    checkAppended(position);
    if (durablePosition() < position) {
      life.operation();
      file.syncedTo(file.last());
      runDue();
      life.operation();
    }
  }

  @Override
  public void whenDurable(long position, Runnable action) {
    checkAppended(position);
    if (position <= durablePosition()) {
      action.run();
      return;
    }
    waiting.add(new Waiting(position, arrivals++, action));
    sync();
  }

  private void sync() {
    if (syncing) {
      return;
    }
    syncing = true;
    long covered = file.last();
    world.after(drive.syncUs(dice), life, "synced", () -> synced(covered));
  }

  private void synced(long covered) {
    syncing = false;
    file.syncedTo(covered);
    runDue();
    if (!waiting.isEmpty()) {
      sync();
    }
  }

  private void runDue() {
    while (!waiting.isEmpty() && waiting.peek().position() <= file.durable()) {
      waiting.remove().action().run();
    }
  }

  private void checkAppended(long position) {
    if (position > file.last()) {
      throw new IllegalArgumentException("position %d was never appended".formatted(position));
    }
  }

  @Override
  public Reader read(long from) {
    if (from < file.first() || from > file.last() + 1) {
      throw new IllegalArgumentException(
          "cannot read from %d, held is %d to %d".formatted(from, file.first(), file.last()));
    }
    var reader = new FileReader(from - 1);
    readers.add(reader);
    return reader;
  }

  @Override
  public void truncateBefore(long position) {
    awaitDurable(file.last());
    long cut = file.fileOf(tamper.truncation(position));
    if (readers.stream().anyMatch(reader -> reader.position + 1 < cut)) {
      throw new IllegalStateException("a reader still stands in what would be given back");
    }
    life.operation();
    file.giveBackBefore(cut);
  }

  @Override
  public long freeBytes() {
    return drive.full() ? 0 : Long.MAX_VALUE;
  }

  @Override
  public void close() {
    file.syncedTo(file.last());
    waiting.clear();
  }

  private final class FileReader implements Reader {
    private long position;
    private ByteString record = ByteString.EMPTY;

    FileReader(long position) {
      this.position = position;
    }

    @Override
    public boolean next() {
      if (position >= file.last()) {
        return false;
      }
      record = file.record(position + 1);
      position++;
      return true;
    }

    @Override
    public long position() {
      checkOnRecord();
      return position;
    }

    @Override
    public ByteString record() {
      checkOnRecord();
      return record;
    }

    private void checkOnRecord() {
      if (record.isEmpty()) {
        throw new IllegalStateException("the reader does not stand on a record");
      }
    }

    @Override
    public void close() {
      readers.remove(this);
    }
  }
}
