package dev.tideline.edge.replica;

import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What a checkpoint takes from the replica, all of one moment but the bases, and what the logs give
 * back for it. Safe from any thread.
 */
final class CheckpointSource {

  private final ReentrantLock lock;
  private final ReplicaCore core;
  private final Journal journal;
  private final ApplyLog applyLog;

  CheckpointSource(ReentrantLock lock, ReplicaCore core, Journal journal, ApplyLog applyLog) {
    this.lock = lock;
    this.core = core;
    this.journal = journal;
    this.applyLog = applyLog;
  }

  /**
   * What a checkpoint begins with, all at one moment.
   *
   * @param applyPosition the image includes the apply log up to here
   * @param journalEnd position behind the journal's last record, before which so many bytes lie
   */
  record Begun(
      ReplicaImage image,
      long applyPosition,
      long caughtUpMs,
      long journalEnd,
      long journalBytes) {}

  Begun begin() {
    return locked(
        () -> {
          applyLog.checkpointBegun();
          return new Begun(
              core.image(journal.end()),
              applyLog.lastPosition(),
              applyLog.caughtUpMs(),
              journal.end(),
              journal.bytes());
        });
  }

  /** Sees the base of every key, while work goes on. */
  void forEachBase(ViewCache.BaseVisitor visitor) {
    core.forEachBase(visitor);
  }

  long applyPosition() {
    return applyLog.lastPosition();
  }

  /** Returns once the apply log is synced up to the position. */
  void awaitApplied(long position) {
    applyLog.awaitDurable(position);
  }

  long applyBytes() {
    return locked(applyLog::bytesSinceCheckpoint);
  }

  void truncateApplyLog(long before) {
    applyLog.truncateBefore(before);
  }

  /** Gives back decided journal, and forgets what only it could prove. */
  void forgetJournalBefore(long position) {
    journal.truncateBefore(position);
    locked(
        () -> {
          journal.givenBack(core.state().retained.keySet()).forEach(core.state()::forget);
          return journal.first();
        });
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }
}
