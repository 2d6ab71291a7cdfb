package dev.tideline.hub.changelog;

import dev.tideline.wire.v1.ChangeLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * The newest records as objects, so that sessions which are up to date share one instead of parsing
 * it once each. Only an optimisation: what is not here is read from the log. Safe for threads.
 */
final class RecentRecords {

  /** Enough for the records between a decision and the last prompt reader. */
  static final int RECORDS_MAX = 4096;

  /** A burst of large values must not fill the heap. */
  static final long BYTES_MAX = 16L * 1024 * 1024;

  private final @Nullable ChangeLogRecord[] ring = new ChangeLogRecord[RECORDS_MAX];
  private long first = 1;
  private long last;
  private long bytes;

  /** Takes the record at a position; positions arrive in order. */
  synchronized void put(long position, ChangeLogRecord record) {
    if (position != last + 1) {
      clear(position);
    }
    if (last - first + 1 == RECORDS_MAX) {
      evictFirst();
    }
    ring[slot(position)] = record;
    last = position;
    bytes += record.getSerializedSize();
    while (bytes > BYTES_MAX) {
      evictFirst();
    }
  }

  /** The record at a position, or null if it is not held. */
  synchronized @Nullable ChangeLogRecord find(long position) {
    return position < first || position > last ? null : ring[slot(position)];
  }

  private void clear(long next) {
    while (first <= last) {
      evictFirst();
    }
    first = next;
    last = next - 1;
  }

  private void evictFirst() {
    var evicted = ring[slot(first)];
    if (evicted != null) {
      bytes -= evicted.getSerializedSize();
    }
    ring[slot(first)] = null;
    first++;
  }

  private static int slot(long position) {
    return (int) (position % RECORDS_MAX);
  }
}
