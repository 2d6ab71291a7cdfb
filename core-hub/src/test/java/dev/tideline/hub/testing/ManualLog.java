package dev.tideline.hub.testing;

import com.google.protobuf.ByteString;
import dev.tideline.store.LogFullException;
import dev.tideline.store.RecordLog;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A log in memory whose syncs the test decides on. */
public final class ManualLog implements RecordLog {

  private final List<ByteString> records = new ArrayList<>();
  private final TreeMap<Long, List<Runnable>> waiting = new TreeMap<>();
  private final boolean autoSync;
  private long durable;
  private long recordsMax = Long.MAX_VALUE;
  private volatile Runnable beforeAppend = () -> {};

  private ManualLog(boolean autoSync) {
    this.autoSync = autoSync;
  }

  /** Every record is durable at once. */
  public static ManualLog synced() {
    return new ManualLog(true);
  }

  /** Nothing is durable before {@link #sync}. */
  public static ManualLog unsynced() {
    return new ManualLog(false);
  }

  /** A copy as a process finds it that starts after a crash which kept so many records. */
  public synchronized ManualLog crashedAfter(long kept) {
    var copy = new ManualLog(autoSync);
    copy.records.addAll(records.subList(0, (int) kept));
    copy.durable = autoSync ? kept : 0;
    return copy;
  }

  /** Makes everything durable and runs what waited for it. */
  public void sync() {
    List<Runnable> due = new ArrayList<>();
    synchronized (this) {
      durable = records.size();
      var head = waiting.headMap(durable, true);
      head.values().forEach(due::addAll);
      head.clear();
    }
    due.forEach(Runnable::run);
  }

  /** No more than so many further records have room. */
  public synchronized void roomFor(long further) {
    recordsMax = records.size() + further;
  }

  /** What happens before each append, on its thread. */
  public void beforeAppend(Runnable action) {
    beforeAppend = action;
  }

  @Override
  public long append(ByteString record) {
    beforeAppend.run();
    return add(record);
  }

  private synchronized long add(ByteString record) {
    if (records.size() >= recordsMax) {
      throw new LogFullException("no room");
    }
    records.add(record);
    if (autoSync) {
      durable = records.size();
    }
    return records.size();
  }

  @Override
  public long firstPosition() {
    return 1;
  }

  @Override
  public synchronized long lastPosition() {
    return records.size();
  }

  @Override
  public synchronized long durablePosition() {
    return durable;
  }

  @Override
  public void awaitDurable(long position) {
    sync();
  }

  @Override
  public void whenDurable(long position, Runnable action) {
    synchronized (this) {
      if (position > durable) {
        waiting.computeIfAbsent(position, p -> new ArrayList<>()).add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public Reader read(long from) {
    return new Reader() {
      private long position = from - 1;

      @Override
      public boolean next() {
        synchronized (ManualLog.this) {
          if (position >= records.size()) {
            return false;
          }
          position++;
          return true;
        }
      }

      @Override
      public long position() {
        return position;
      }

      @Override
      public ByteString record() {
        synchronized (ManualLog.this) {
          return records.get((int) position - 1);
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void truncateBefore(long position) {}

  @Override
  public long freeBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void close() {}
}
