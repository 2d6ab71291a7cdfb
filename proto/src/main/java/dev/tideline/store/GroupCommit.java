package dev.tideline.store;

import java.io.IOException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One sync for all who wait. Waking a thread costs about as much as a sync, so whoever waits runs
 * the sync itself if none is under way (the leader), and otherwise waits for the one that is (a
 * follower); a follower that the finished sync did not cover leads the next. A thread of our own
 * syncs only for callbacks, which have nobody waiting who could lead.
 *
 * <p>The leader reads the last appended position <em>before</em> it starts to force. Everything up
 * to there was written before, so one force covers it; what is appended meanwhile waits for the
 * next. Because appenders publish a position only after its bytes are in the page cache, no other
 * order between appending and syncing is needed.
 *
 * <p>After a failed force the kernel may drop the dirty pages and report success the next time. So
 * the first failure is final: every waiter and every later caller hears it, nothing is forced
 * again.
 */
final class GroupCommit implements AutoCloseable {

  /** Makes everything written so far survive a lost machine. */
  @FunctionalInterface
  interface Forcer {
    void force() throws IOException;
  }

  private record Callback(long position, long arrival, Runnable action) {}

  private final LongSupplier lastAppended;
  private final Forcer forcer;
  private final FailureHandler onFailure;
  private final String name;

  private final ReentrantLock lock = new ReentrantLock();

  /** A sync ended, in success or failure, or the log was closed. */
  private final Condition syncEnded = lock.newCondition();

  /** The syncer may have work. */
  private final Condition syncerWork = lock.newCondition();

  /** Waiting callbacks, ascending by position, then by arrival. */
  private final PriorityQueue<Callback> callbacks =
      new PriorityQueue<>(
          Comparator.comparingLong(Callback::position).thenComparingLong(Callback::arrival));

  private long arrivals;
  private boolean forcing;
  private boolean calling;
  private boolean closed;
  private @Nullable Thread syncer;
  private volatile @Nullable LogFailedException failure;
  private volatile long durable;

  /**
   * @param durable the position up to which everything is durable already
   * @param lastAppended the last position whose bytes are written
   */
  GroupCommit(
      String name,
      long durable,
      LongSupplier lastAppended,
      Forcer forcer,
      FailureHandler onFailure) {
    this.name = name;
    this.durable = durable;
    this.lastAppended = lastAppended;
    this.forcer = forcer;
    this.onFailure = onFailure;
  }

  long durable() {
    return durable;
  }

  /** Throws what every caller hears once the log has failed; costs one volatile read if not. */
  void checkHealthy() {
    var cause = failure;
    if (cause != null) {
      throw new LogFailedException(String.valueOf(cause.getMessage()), cause);
    }
  }

  boolean isHealthy() {
    return failure == null;
  }

  /** See {@link RecordLog#awaitDurable}. */
  void await(long position) {
    checkAppended(position);
    if (durable >= position) {
      return;
    }
    lock.lock();
    try {
      while (durable < position) {
        checkHealthy();
        checkOpen();
        if (forcing) {
          syncEnded.awaitUninterruptibly();
        } else {
          lead();
        }
      }
    } finally {
      lock.unlock();
    }
    runDueCallbacks();
  }

  /** See {@link RecordLog#whenDurable}. */
  void whenDurable(long position, Runnable action) {
    checkAppended(position);
    lock.lock();
    try {
      checkHealthy();
      checkOpen();
      callbacks.add(new Callback(position, arrivals++, action));
      if (durable < position) {
        startSyncer();
        syncerWork.signal();
        return;
      }
    } finally {
      lock.unlock();
    }
    runDueCallbacks();
  }

  /**
   * Declares the log failed; the first call tells the handler.
   *
   * @return what to throw
   */
  LogFailedException fail(String what, Throwable cause) {
    LogFailedException mine = new LogFailedException(name + ": " + what + ": " + cause, cause);
    lock.lock();
    try {
      if (failure != null) {
        return mine;
      }
      failure = mine;
      syncEnded.signalAll();
      syncerWork.signalAll();
    } finally {
      lock.unlock();
    }
    onFailure.onFailure(mine);
    return mine;
  }

  /**
   * Waits for a sync under way; then nobody syncs any more and the remaining callbacks are gone.
   */
  @Override
  public void close() {
    Thread ending;
    lock.lock();
    try {
      closed = true;
      while (forcing) {
        syncEnded.awaitUninterruptibly();
      }
      callbacks.clear();
      syncEnded.signalAll();
      syncerWork.signalAll();
      ending = syncer;
    } finally {
      lock.unlock();
    }
    if (ending != null && !ending.equals(Thread.currentThread())) {
      joinUninterruptibly(ending);
    }
  }

  /** Runs one force; the lock is held on entry and on return, and given up meanwhile. */
  private void lead() {
    forcing = true;
    long covered = lastAppended.getAsLong();
    boolean forced = false;
    lock.unlock();
    try {
      forced = force();
    } finally {
      lock.lock();
      forcing = false;
      if (forced) {
        durable = covered;
      }
      syncEnded.signalAll();
      syncerWork.signal();
    }
  }

  private boolean force() {
    try {
      forcer.force();
      return true;
    } catch (IOException | RuntimeException | Error e) {
      fail("a sync failed, records after position " + durable + " are uncertain", e);
      return false;
    }
  }

  /**
   * Runs what is due, ascending. One thread at a time does so and others leave theirs to it, which
   * keeps the order and lets an action register the next one without recursion.
   */
  private void runDueCallbacks() {
    lock.lock();
    try {
      if (calling) {
        return;
      }
      calling = true;
      try {
        for (var due = nextDue(); due != null; due = nextDue()) {
          runUnlocked(due.action);
        }
      } finally {
        calling = false;
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Callback nextDue() {
    var next = callbacks.peek();
    return next != null && next.position <= durable ? callbacks.poll() : null;
  }

  private void runUnlocked(Runnable action) {
    lock.unlock();
    try {
      action.run();
    } finally {
      lock.lock();
    }
  }

  private void startSyncer() {
    if (syncer == null) {
      syncer = Thread.ofPlatform().daemon().name("sync " + name).start(this::syncForCallbacks);
    }
  }

  private void syncForCallbacks() {
    while (awaitSyncerWork()) {
      runDueCallbacks();
    }
  }

  /** Syncs once somebody's callback needs it and nobody else does; false when all is over. */
  private boolean awaitSyncerWork() {
    lock.lock();
    try {
      while (!closed && failure == null) {
        var first = callbacks.peek();
        if (first != null && !forcing) {
          if (first.position > durable) {
            lead();
          }
          return true;
        }
        syncerWork.awaitUninterruptibly();
      }
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void checkAppended(long position) {
    if (position > lastAppended.getAsLong()) {
      throw new IllegalArgumentException(
          "position " + position + " is beyond the last, " + lastAppended.getAsLong());
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
