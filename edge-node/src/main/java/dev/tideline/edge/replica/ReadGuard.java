package dev.tideline.edge.replica;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells readers of a partition, who take no lock, whether what they read belongs together: a
 * sequence lock (Lameter, Effective Synchronization on Linux/NUMA Systems, 2005). Each of its two
 * counters is odd while a writer is at work; a reader notes it before and after, and what it read
 * counts if the counter was even and has not moved.
 *
 * <p>{@link #together} is odd only while the keys of one atomic mutation are being put into the
 * table, a few microseconds; it is what a read of one key honours, so that nobody reads one key of
 * a mutation as it is after and then another as it was before. {@link #moving} is odd while
 * anything of the partition changes; a read of several keys honours it.
 *
 * <p>Moved under the replica's lock, looked at from any thread.
 */
final class ReadGuard {

  private final AtomicLong together = new AtomicLong();
  private final AtomicLong moving = new AtomicLong();

  /** Whether a writer was at work when the counter had this value. */
  static boolean busy(long counter) {
    return (counter & 1) != 0;
  }

  long together() {
    return together.get();
  }

  long moving() {
    return moving.get();
  }

  /** Before and after the keys of one mutation are written. */
  void toggleTogether() {
    together.incrementAndGet();
  }

  /** Before and after anything of the partition changes. */
  void toggleMoving() {
    moving.incrementAndGet();
  }
}
