package dev.tideline.drills.sim.world;

import com.google.protobuf.ByteString;
import java.util.ArrayList;

/** The records of one log as they lie on a disk, whichever process has it open. */
public final class LogFile {

  /** Truncation gives back whole files of so many records. */
  private static final int GENERATION_RECORDS = 16;

  private final ArrayList<ByteString> records = new ArrayList<>();
  private long first = 1;
  private long durable;

  /** The same bytes on another disk. */
  public LogFile copy() {
    var copy = new LogFile();
    copy.records.addAll(records);
    copy.first = first;
    copy.durable = durable;
    return copy;
  }

  /**
   * The machine is lost: of what was not synced a beginning survives, or nothing. (What lies behind
   * a hole is never read again: that is shown by crash images.)
   */
  public void loseMachine(Dice dice) {
    long kept = dice.perMille(500) ? durable : dice.between(durable, Math.max(durable, last()));
    while (last() > Math.max(kept, first - 1)) {
      records.removeLast();
    }
  }

  long append(ByteString record) {
    records.add(record);
    return last();
  }

  /** The record at a position that is held. */
  public ByteString record(long position) {
    return records.get((int) (position - first));
  }

  public long first() {
    return first;
  }

  public long last() {
    return first + records.size() - 1;
  }

  public long durable() {
    return durable;
  }

  void syncedTo(long position) {
    durable = Math.max(durable, position);
  }

  /** The first record of the file in which a position lies. */
  static long fileOf(long position) {
    return (position - 1) / GENERATION_RECORDS * GENERATION_RECORDS + 1;
  }

  void giveBackBefore(long position) {
    while (first < position && !records.isEmpty()) {
      records.removeFirst();
      first++;
    }
  }
}
