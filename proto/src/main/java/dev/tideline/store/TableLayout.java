package dev.tideline.store;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;

/**
 * One map of small entries, laid out for a number of them, with a count of who is inside. When the
 * table has moved on to a larger layout this one is closed, but only after its last reader has
 * left: a look-up in memory that was given back can end the process.
 *
 * <p><b>Why no reader is inside when the memory goes.</b> A reader adds one to its stripe's count,
 * <em>then</em> looks whether the layout is retired, and if so takes the one back and reads
 * nothing. Who retires sets that flag, <em>then</em> looks at the counts. All four are volatile
 * accesses, which have one total order that agrees with each thread's program. So either the
 * reader's count comes before the other's look at it, and is waited for; or the flag comes before
 * the reader's look at it, and nothing is read. A count is taken and given back in the same stripe,
 * and after the flag is set nobody stays inside who was not before: hence a stripe that was once
 * seen at zero never again hides a reader, and it is enough to see each of them at zero once. What
 * a reader did comes before the closing because giving back releases what the look acquires.
 *
 * <p>Stripes are a cache line or two apart and chosen by thread, so that readers on several
 * processors do not meet; two threads in one stripe are slower, not wrong.
 */
final class TableLayout {

  private static final int STRIPES = 64;
  private static final int STRIPE_LONGS = 16;

  /** What a map is laid out for; the usual size of small entries. */
  static final int ENTRY_BYTES_AVERAGE = 240;

  private static final int KEY_BYTES_AVERAGE = 40;

  /** A segment is copied under the writer's lock; a write waits for so many entries. */
  private static final int SEGMENT_ENTRIES = 256;

  private static final int SEGMENTS_MAX = 16 * 1024;

  /** Room beyond what it is laid out for: for unequal segments, and for writes while it grows. */
  private static final double BLOAT = 4;

  /** One write takes at most one tier; the margin is for what is not known. */
  private static final int TIERS_SPARE = 2;

  private static final long LOOK_AGAIN_NS = 1_000_000;

  private final AtomicLongArray inside = new AtomicLongArray(STRIPES * STRIPE_LONGS);
  private final ChronicleMap<Slice, Slice> map;
  private final long number;
  private final long entriesPlanned;
  private long entries;
  private long bytes;
  private volatile boolean retired;

  /** An empty one; takes milliseconds, the first of a process up to two seconds. */
  TableLayout(long number, long entriesPlanned) {
    this.number = number;
    this.entriesPlanned = entriesPlanned;
    long segments = Math.clamp(entriesPlanned / SEGMENT_ENTRIES, 1, SEGMENTS_MAX);
    map =
        ChronicleMapBuilder.of(Slice.class, Slice.class)
            .name("table")
            .keyReaderAndDataAccess(new SliceReader(), new SliceAccess())
            .valueReaderAndDataAccess(new SliceReader(), new SliceAccess())
            .averageKeySize(KEY_BYTES_AVERAGE)
            .averageValueSize(ENTRY_BYTES_AVERAGE - KEY_BYTES_AVERAGE)
            .entries(entriesPlanned)
            .actualSegments((int) Long.highestOneBit(segments))
            .maxBloatFactor(BLOAT)
            .putReturnsNull(true)
            .removeReturnsNull(true)
            .skipCloseOnExitHook(true)
            .create();
  }

  /** Asks for huge pages, while nobody or everybody is inside; given up when it is retired. */
  void makeHugePages() {
    int stripe = stripe();
    if (!enter(stripe)) {
      return;
    }
    HugePages pages;
    try {
      pages = new HugePages(map);
    } finally {
      leave(stripe);
    }
    pages.make(() -> enter(stripe), () -> leave(stripe));
  }

  long number() {
    return number;
  }

  long entriesPlanned() {
    return entriesPlanned;
  }

  ChronicleMap<Slice, Slice> map() {
    return map;
  }

  /** The calling thread's stripe, to enter and leave by. */
  static int stripe() {
    return (int) Thread.currentThread().threadId() & (STRIPES - 1);
  }

  /** Holds the map open until {@link #leave}; false if it is about to be closed. */
  boolean enter(int stripe) {
    inside.getAndIncrement(stripe * STRIPE_LONGS);
    if (retired) {
      leave(stripe);
      return false;
    }
    return true;
  }

  void leave(int stripe) {
    inside.getAndDecrement(stripe * STRIPE_LONGS);
  }

  /** Lets nobody in any more. */
  void retire() {
    retired = true;
  }

  /** Closes the map of a retired layout, unless a reader is still inside after that long. */
  boolean closeAfterLastReader(long patienceNs) {
    long start = System.nanoTime();
    for (int stripe = 0; stripe < STRIPES; stripe++) {
      while (inside.get(stripe * STRIPE_LONGS) != 0) {
        if (System.nanoTime() - start > patienceNs) {
          return false;
        }
        LockSupport.parkNanos(LOOK_AGAIN_NS);
      }
    }
    map.close();
    return true;
  }

  /** Whether it is time for a larger one. */
  boolean nearlyFull() {
    return !holds(entriesPlanned, entries)
        || !holds(entriesPlanned, Math.ceilDiv(bytes, ENTRY_BYTES_AVERAGE));
  }

  /** Whether a layout has so many entries without being nearly full: up to three quarters of it. */
  static boolean holds(long entriesPlanned, long entries) {
    return entries <= entriesPlanned / 4 * 3;
  }

  boolean isEmpty() {
    return entries == 0;
  }

  /** Whether a put could fail for want of memory that the map may still take. */
  boolean exhausted() {
    return map.remainingAutoResizes() < TIERS_SPARE;
  }

  int segmentOf(Slice key) {
    try (var context = map.queryContext(key)) {
      return context.segmentIndex();
    }
  }

  /**
   * Replaces the cell of a key in one look-up, under the writer's lock; false, with nothing
   * changed, if {@link #exhausted} or not allowed.
   */
  boolean put(Slice key, Slice cell, CellGuard guard) {
    try (var context = map.queryContext(key)) {
      context.updateLock().lock();
      var entry = context.entry();
      var held = entry == null ? null : entry.value();
      long addedBytes = held == null ? key.length() + cell.length() : cell.length() - held.size();
      if ((addedBytes > 0 && exhausted()) || !guard.allow(key, cell, held)) {
        return false;
      }
      var data = context.wrapValueAsData(cell);
      if (entry == null) {
        context.insert(Objects.requireNonNull(context.absentEntry()), data);
        entries++;
      } else {
        context.replaceValue(entry, data);
      }
      bytes += addedBytes;
      return true;
    }
  }

  /** Removes a key that is there, under the writer's lock. */
  void remove(Slice key, int cellBytes) {
    map.remove(key);
    entries--;
    bytes -= key.length() + cellBytes;
  }
}
