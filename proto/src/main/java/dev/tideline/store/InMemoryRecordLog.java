package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RecordLog} on the heap, for simulation and tests. When something becomes durable is in
 * the hands of the test: {@link #syncNow}, and {@link #crash} for what is left then. Nothing syncs
 * by itself save {@link #awaitDurable}, which has no other way to return.
 *
 * <p>Threads: safe for all. Callbacks run on the thread that syncs.
 */
public final class InMemoryRecordLog implements RecordLog {

  private record Callback(long position, long arrival, Runnable action) {}

  private final PriorityQueue<Callback> callbacks =
      new PriorityQueue<>(
          Comparator.comparingLong(Callback::position).thenComparingLong(Callback::arrival));

  /** The records from {@link #first} on. */
  private final ArrayList<ByteString> records;

  private long first;
  private long durable;
  private final boolean prompt;
  private long arrivals;
  private boolean closed;

  /** An empty log. */
  public InMemoryRecordLog() {
    this(1, List.of(), false);
  }

  /** An empty log that is synced whenever somebody waits for it. */
  public static InMemoryRecordLog prompt() {
    return new InMemoryRecordLog(1, List.of(), true);
  }

  private InMemoryRecordLog(long first, List<ByteString> durableRecords, boolean prompt) {
    this.first = first;
    this.prompt = prompt;
    records = new ArrayList<>(durableRecords);
    durable = lastPosition();
  }

  /** Makes durable what was appended so far, and runs what waited for it. */
  public void syncNow() {
    synchronized (this) {
      checkOpen();
      durable = lastPosition();
    }
    runDue();
  }

  /**
   * Loses the machine: this log is over, its callbacks never run, and what was not durable is gone.
   *
   * @return the log as the next process finds it
   */
  public synchronized InMemoryRecordLog crash() {
    closed = true;
    callbacks.clear();
    int kept = (int) Math.max(0, durable - first + 1);
    return new InMemoryRecordLog(first, records.subList(0, kept), prompt);
  }

  /** The same log, opened again after {@link #close}. */
  public synchronized InMemoryRecordLog reopen() {
    return new InMemoryRecordLog(first, records, prompt);
  }

  @Override
  public synchronized long append(ByteString record) {
    checkOpen();
    if (record.isEmpty() || record.size() > RECORD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a record has 1 to " + RECORD_BYTES_MAX + " bytes, not " + record.size());
    }
    records.add(record);
    return lastPosition();
  }

  @Override
  public synchronized long firstPosition() {
    return first;
  }

  @Override
  public synchronized long lastPosition() {
    return first + records.size() - 1;
  }

  @Override
  public synchronized long durablePosition() {
    return durable;
  }

  @Override
  public void awaitDurable(long position) {
    checkAppended(position);
    if (durablePosition() < position) {
      syncNow();
    }
  }

  @Override
  public void whenDurable(long position, Runnable action) {
    checkAppended(position);
    synchronized (this) {
      callbacks.add(new Callback(position, arrivals++, action));
      durable = prompt ? lastPosition() : durable;
    }
    runDue();
  }

  @Override
  public synchronized Reader read(long from) {
    checkOpen();
    if (from < first || from > lastPosition() + 1) {
      throw new IllegalArgumentException(
          "cannot read from " + from + ", held is " + first + " to " + lastPosition());
    }
    return new HeapReader(from);
  }

  /** Unlike a log in files, this one gives back every single record. */
  @Override
  public synchronized void truncateBefore(long position) {
    checkOpen();
    // The position that comes next must survive a crash although the records are gone.
    awaitDurable(lastPosition());
    int count = Math.clamp(position - first, 0, records.size());
    records.subList(0, count).clear();
    first += count;
  }

  /** As much as there could ever be. */
  @Override
  public long freeBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public synchronized void close() {
    closed = true;
    durable = lastPosition();
    callbacks.clear();
  }

  private synchronized ByteString record(long position) {
    if (position < first) {
      throw new IllegalStateException("position " + position + " was given back by truncation");
    }
    return records.get((int) (position - first));
  }

  private void runDue() {
    for (var due = nextDue(); due != null; due = nextDue()) {
      due.action.run();
    }
  }

  private synchronized @Nullable Callback nextDue() {
    var next = callbacks.peek();
    return next != null && next.position <= durable ? callbacks.poll() : null;
  }

  private void checkAppended(long position) {
    if (position > lastPosition()) {
      throw new IllegalArgumentException(
          "position " + position + " is beyond the last, " + lastPosition());
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
  }

  private final class HeapReader implements Reader {

    private long position;
    private ByteString record = ByteString.EMPTY;
    private boolean readerClosed;

    HeapReader(long from) {
      position = from - 1;
    }

    @Override
    public boolean next() {
      if (readerClosed) {
        throw new IllegalStateException("the reader is closed");
      }
      if (position >= lastPosition()) {
        return false;
      }
      record = InMemoryRecordLog.this.record(position + 1);
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

    @Override
    public void close() {
      readerClosed = true;
    }

    private void checkOnRecord() {
      if (record.isEmpty()) {
        throw new IllegalStateException("the reader does not stand on a record");
      }
    }
  }
}
