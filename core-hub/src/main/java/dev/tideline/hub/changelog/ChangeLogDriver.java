package dev.tideline.hub.changelog;

import dev.tideline.model.HybridTime;
import dev.tideline.runtime.StartException;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.ChangeLogRecord;

/**
 * Appends to the change log, tells when records are durable, and hands out readers. Safe for
 * threads; the caller of {@link #append} holds its partition's lock, so that the order of a
 * partition's records is the order of its revisions.
 */
public final class ChangeLogDriver {

  private final RecordLog log;
  private final HubClock clock;
  private final RevisionIndex index;
  private final RecentRecords recent = new RecentRecords();
  private final LogPins pins = new LogPins();
  private final Object appendLock = new Object();
  private long bytes;
  private long checkpointBytes;

  /**
   * A driver of a log that it does not own.
   *
   * @param partitions of the installation
   */
  public ChangeLogDriver(RecordLog log, int partitions, HubClock clock) {
    this.log = log;
    this.clock = clock;
    index = new RevisionIndex(partitions);
  }

  /** Sees one record of the log. */
  public interface Visitor {
    void record(long position, ChangeLogRecord record);
  }

  /** Reads everything from a record on, durable or not; before anything is appended. */
  public void replay(long from, Visitor visitor) {
    try (var reader = log.read(from)) {
      while (reader.next()) {
        replay(reader, visitor);
      }
    }
  }

  private void replay(RecordLog.Reader reader, Visitor visitor) {
    try {
      var record = ChangeLogReader.parse(reader);
      clock.observe(new HybridTime(record.getHybridClock()));
      note(reader.position(), record, reader.record().size());
      visitor.record(reader.position(), record);
    } catch (RuntimeException e) {
      throw StartException.notUnderstood(
          "the change log's record at position %d".formatted(reader.position()), e);
    }
  }

  /**
   * Appends a record, stamped with the hybrid clock.
   *
   * @return its position
   * @throws dev.tideline.store.LogFullException if there is no space; nothing was written
   */
  public long append(ChangeLogRecord.Builder builder) {
    synchronized (appendLock) {
      var record = builder.setHybridClock(clock.next().bits()).build();
      var encoded = record.toByteString();
      long position = log.append(encoded);
      note(position, record, encoded.size());
      recent.put(position, record);
      return position;
    }
  }

  private void note(long position, ChangeLogRecord record, int size) {
    bytes += size;
    index.add(position);
    if (record.hasDecisions()) {
      var decisions = record.getDecisions();
      long first = decisions.getFirstRevision();
      index.add(decisions.getPartition(), first, first + decisions.getDecisionsCount() - 1);
    }
    for (var first : record.getTerm().getFirstsList()) {
      index.add(first.getPartition(), first.getRevision(), first.getRevision() - 1);
    }
  }

  /** The position of the last record appended; 0 if there was never one. */
  public long lastPosition() {
    return log.lastPosition();
  }

  /** Every record up to this position is durable. */
  public long durablePosition() {
    return log.durablePosition();
  }

  /** Returns once the record at a position is durable. */
  public void awaitDurable(long position) {
    log.awaitDurable(position);
  }

  /** Runs an action that neither blocks nor throws once the record at a position is durable. */
  public void whenDurable(long position, Runnable action) {
    log.whenDurable(position, action);
  }

  /**
   * A reader of durable records that begins at a position.
   *
   * @param evicted told when the log is kept no longer for it; must close it
   */
  public ChangeLogReader read(long from, Runnable evicted) {
    return new ChangeLogReader(log, recent, pins, from, evicted);
  }

  /** What is known of the log at this moment; a checkpoint begins. */
  public LogImage beginCheckpoint() {
    synchronized (appendLock) {
      checkpointBytes = bytes;
      long position = log.lastPosition();
      return new LogImage(position, bytes, clock.latest(), index.image(position));
    }
  }

  /** Takes what a checkpoint holds of the log, before the rest is replayed. */
  public void restore(LogImage image) {
    synchronized (appendLock) {
      bytes = image.bytes();
      checkpointBytes = bytes;
      index.restore(image.pages(), log.firstPosition());
    }
  }

  /** Bytes appended, or read back, since the last checkpoint began. */
  public long bytesSinceCheckpoint() {
    synchronized (appendLock) {
      return bytes - checkpointBytes;
    }
  }

  /** The position of the first record still held. */
  public long firstPosition() {
    return log.firstPosition();
  }

  /** Who needs the log, and from where on. */
  public LogPins pins() {
    return pins;
  }

  /**
   * The log gives up what is before the position, or as much of it as it can; not beyond {@link
   * LogPins#lowest}.
   */
  public void truncateBefore(long position) {
    synchronized (appendLock) {
      log.truncateBefore(position);
      index.truncateBefore(log.firstPosition());
    }
  }

  /** The first revision of a partition from which on the log holds all. */
  public long firstRevision(int partition) {
    return index.firstRevision(partition);
  }

  /**
   * A position at or before the record that holds a partition's revision; {@code beyond} if the log
   * does not reach back to it.
   */
  public long positionOf(int partition, long revision, long beyond) {
    return index.floor(partition, revision, beyond);
  }
}
