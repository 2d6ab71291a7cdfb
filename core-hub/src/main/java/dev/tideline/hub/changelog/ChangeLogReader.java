package dev.tideline.hub.changelog;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.ChangeLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads the change log in order and only what is durable: this is where "never visible before
 * durable" is kept. Belongs to one thread at a time; must be closed before the log is.
 */
public final class ChangeLogReader implements AutoCloseable {

  private final RecordLog log;
  private final RecentRecords recent;
  private final LogPins.Pin pin;
  private RecordLog.@Nullable Reader behind;
  private ChangeLogRecord record = ChangeLogRecord.getDefaultInstance();
  private long position;

  ChangeLogReader(RecordLog log, RecentRecords recent, LogPins pins, long from, Runnable evicted) {
    this.log = log;
    this.recent = recent;
    pin = pins.pin(from, evicted);
    position = from - 1;
  }

  /** Moves to the next durable record; false, without moving, if there is none yet. */
  public boolean next() {
    long next = position + 1;
    if (next > log.durablePosition()) {
      return false;
    }
    var shared = recent.find(next);
    if (shared == null) {
      record = fromLog(next);
    } else {
      record = shared;
      leaveFiles();
    }
    position = next;
    pin.moveTo(next);
    return true;
  }

  /** The record under the reader; legal after {@link #next} returned true. */
  public ChangeLogRecord record() {
    return record;
  }

  /** Position of the record under the reader; one less than the first one before that. */
  public long position() {
    return position;
  }

  private ChangeLogRecord fromLog(long wanted) {
    var reader = behind;
    if (reader == null) {
      reader = log.read(wanted);
      behind = reader;
    }
    if (!reader.next() || reader.position() != wanted) {
      throw new IllegalStateException(
          "the change log has no record at position %d although it is durable to %d"
              .formatted(wanted, log.durablePosition()));
    }
    return parse(reader);
  }

  static ChangeLogRecord parse(RecordLog.Reader reader) {
    try {
      return ChangeLogRecord.parseFrom(reader.record());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "the change log's record at position %d passed its checksum but cannot be read"
              .formatted(reader.position()),
          e);
    }
  }

  /** Durable records that were not read yet. */
  public long behind() {
    return log.durablePosition() - position;
  }

  @Override
  public void close() {
    leaveFiles();
    pin.close();
  }

  /** Gives back the place in the log's files; reading may go on afterwards. */
  private void leaveFiles() {
    if (behind != null) {
      behind.close();
      behind = null;
    }
  }
}
