package dev.tideline.store;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The map of small entries, which moves to a layout of twice the size before the present one is
 * full.
 *
 * <p>A thread of its own does what takes long: it makes the larger map, copies segment by segment,
 * and at the end waits for the last reader of the old map and closes it. It holds the writer's lock
 * for one segment at a time and pauses in between, so that a write waits for the copy of one
 * segment; to do this work bit by bit on the writer's thread would spare the thread, but leave the
 * making and the closing of a map of gigabytes to one unlucky write.
 *
 * <p>While segments are copied the old layout stays what readers read, and every write goes there
 * first. If its segment has been copied, it goes to the larger one, too; if not, it will be copied
 * with it. So the larger one is complete when the last segment has been copied, under the same lock
 * that then swaps the two. A growth that fails, for want of memory, leaves everything as it was.
 */
final class GrowingMap {

  private static final Logger LOG = LoggerFactory.getLogger(GrowingMap.class);

  private static final int FACTOR = 2;
  private static final long ENTRIES_PLANNED_FIRST = 16 * 1024;

  /** Between two segments: long enough for a writer to take the lock that it waits for. */
  private static final long PAUSE_NS = 20_000;

  /** After a failed growth, so that a machine without memory is not asked at every write. */
  private static final long TRY_AGAIN_NS = 10_000_000_000L;

  /** When a node that starts has come to rest. */
  private static final long HUGE_PAGES_AFTER_NS = 10_000_000_000L;

  private static final long PATIENCE_AT_CLOSE_MS = 10_000;

  /** Spreads the numbers of layouts, so that two processes hardly ever use the same. */
  private static final int NUMBERS_PER_PROCESS_BITS = 16;

  private volatile TableLayout current;
  private volatile boolean closed;

  /** Guarded by this, as all below. */
  private boolean growing;

  /** Layouts that wait for their last reader. */
  private int leaving;

  private @Nullable TableLayout larger;
  private int segmentsCopied;
  private long growNotBeforeNs = System.nanoTime();

  /** Of the one writer and of the copying thread, under the lock. */
  private final Slice copiedKey = new Slice(512);

  private final Slice copiedCell = new Slice(1024);

  GrowingMap() {
    long number = ThreadLocalRandom.current().nextLong() << NUMBERS_PER_PROCESS_BITS >>> 1;
    current = new TableLayout(number, ENTRIES_PLANNED_FIRST);
    current.makeHugePages();
  }

  /**
   * Lays out for so many entries at once if nothing is held: then nothing need be copied. Huge
   * pages come seconds later, beside the work: to wait for them would be half of a node's start.
   */
  void expect(long entries) {
    TableLayout from;
    synchronized (this) {
      checkOpen();
      from = current;
      long planned = from.entriesPlanned();
      while (!TableLayout.holds(planned, entries)) {
        planned *= FACTOR;
      }
      if (growing || !from.isEmpty() || planned == from.entriesPlanned()) {
        return;
      }
      current = new TableLayout(from.number() + 1, planned);
      Thread.ofPlatform().daemon().name("table-pages").start(this::makeHugePagesLater);
    }
    from.retire();
    from.closeAfterLastReader(Long.MAX_VALUE);
  }

  private void makeHugePagesLater() {
    var layout = current;
    LockSupport.parkNanos(HUGE_PAGES_AFTER_NS);
    layout.makeHugePages();
  }

  /** The layout of this moment, held open until the caller leaves it by the same stripe. */
  TableLayout enter(int stripe) {
    while (true) {
      var layout = current;
      if (layout.enter(stripe)) {
        return layout;
      }
      if (closed) {
        throw new IllegalStateException("the table is closed");
      }
    }
  }

  /** Copies the cell of a key, for the writer; false if there is none. */
  synchronized boolean get(Slice key, Slice into) {
    checkOpen();
    return current.map().getUsing(key, into) != null;
  }

  /** Replaces the cell of a key; false, with nothing changed, if not allowed or without memory. */
  synchronized boolean put(Slice key, Slice cell, CellGuard guard) {
    checkOpen();
    growIfNeeded();
    awaitRoom();
    checkOpen();
    if (!current.put(key, cell, guard)) {
      return false;
    }
    boolean copied = larger != null && current.segmentOf(key) < segmentsCopied;
    if (copied && !Objects.requireNonNull(larger).put(key, cell, CellGuard.ANY)) {
      abandon();
    }
    return true;
  }

  /** Removes a key that is there. */
  synchronized void remove(Slice key, int cellBytes) {
    checkOpen();
    if (larger != null && current.segmentOf(key) < segmentsCopied) {
      larger.remove(key, cellBytes);
    }
    current.remove(key, cellBytes);
  }

  /** The layout of this moment, for tests that look at it. */
  TableLayout current() {
    return current;
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the table is closed");
    }
  }

  /** Lets a growth come to its end that many writes have overtaken. */
  private synchronized void awaitRoom() {
    try {
      while (current.exhausted() && growing && !closed) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the table grows", e);
    }
  }

  private void growIfNeeded() {
    if (growing || !current.nearlyFull() || System.nanoTime() - growNotBeforeNs < 0) {
      return;
    }
    growing = true;
    Thread.ofPlatform().daemon().name("table-growth").start(this::grow);
  }

  private void grow() {
    var from = current;
    if (copy(from)) {
      from.retire();
      from.closeAfterLastReader(Long.MAX_VALUE);
      synchronized (this) {
        leaving--;
        notifyAll();
      }
      // Behind the copy, for writes may be waiting for that.
      current.makeHugePages();
    }
  }

  /** Makes a larger layout the current one; false if that failed or the table is closed. */
  private boolean copy(TableLayout from) {
    try {
      var to = new TableLayout(from.number() + 1, from.entriesPlanned() * FACTOR);
      begin(to);
      while (copySegment(from, to)) {
        LockSupport.parkNanos(PAUSE_NS);
      }
      return current == to;
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("the table cannot grow beyond {} entries", from.entriesPlanned(), e);
      abandon();
      return false;
    }
  }

  private synchronized void begin(TableLayout to) {
    segmentsCopied = 0;
    larger = to;
  }

  /** Copies the next segment, and swaps behind the last one; false when there is no more to do. */
  private synchronized boolean copySegment(TableLayout from, TableLayout to) {
    if (closed || larger != to) {
      abandon();
      return false;
    }
    try (var context = from.map().segmentContext(segmentsCopied)) {
      context.forEachSegmentEntry(
          entry -> {
            entry.key().getUsing(copiedKey);
            entry.value().getUsing(copiedCell);
            if (!to.put(copiedKey, copiedCell, CellGuard.ANY)) {
              throw new IllegalStateException("the larger map is exhausted");
            }
          });
    }
    segmentsCopied++;
    if (segmentsCopied < from.map().segments()) {
      return true;
    }
    current = to;
    leaving++;
    larger = null;
    growing = false;
    notifyAll();
    return false;
  }

  /** Goes on with the present layout; the copying thread notices. */
  private synchronized void abandon() {
    if (larger != null) {
      larger.map().close();
      larger = null;
    }
    growing = false;
    growNotBeforeNs = System.nanoTime() + TRY_AGAIN_NS;
    notifyAll();
  }

  /**
   * Closes the map when its last reader has left. One that does not leave within ten seconds keeps
   * its memory from being given back.
   *
   * @return whether nobody is inside any more
   */
  boolean closeAfterLastReader() {
    long startNs = System.nanoTime();
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    current.retire();
    long patienceNs = Duration.ofMillis(PATIENCE_AT_CLOSE_MS).toNanos();
    boolean alone = awaitNobodyLeaving(startNs + patienceNs);
    return current.closeAfterLastReader(patienceNs) && alone;
  }

  private synchronized boolean awaitNobodyLeaving(long untilNs) {
    while (growing || leaving > 0) {
      long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return false;
      }
      try {
        wait(leftMs);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
