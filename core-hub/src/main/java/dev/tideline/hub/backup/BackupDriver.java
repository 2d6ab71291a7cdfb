package dev.tideline.hub.backup;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.Checkpoints;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups of a running hub, one at a time: each reads the disk that writes are waiting for. Safe
 * for threads.
 */
public final class BackupDriver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BackupDriver.class);

  private final Sources sources;
  private final LongAdder taken;
  private final LongAdder broken;
  private Optional<RunningBackup> running = Optional.empty();
  private boolean closed;

  /** Where the hub's knowledge lies. */
  public record Sources(
      ReconcileDriver reconcile,
      ChangeLogDriver changeLog,
      Checkpoints checkpoints,
      CheckpointDriver checkpointing,
      HubClock clock) {}

  /** A driver without a backup. */
  public BackupDriver(Sources sources, Metrics metrics) {
    this.sources = sources;
    var name = "tideline_hub_backups_total";
    var help = "Backups that were asked for, by what became of them.";
    taken = metrics.counter(name, help, "result", "taken");
    broken = metrics.counter(name, help, "result", "broken_off");
  }

  /**
   * Begins one; it must be closed.
   *
   * @return empty if another one is under way, or the hub stops
   */
  public synchronized Optional<RunningBackup> begin() {
    if (closed || running.isPresent()) {
      return Optional.empty();
    }
    // Between two checkpoints: the newest one stays, and the log behind it is pinned in time.
    running =
        Optional.of(
            sources.checkpointing().between(() -> RunningBackup.begin(sources, this::ended)));
    return running;
  }

  private void ended(Optional<BackupManifest> whole) {
    synchronized (this) {
      running = Optional.empty();
    }
    whole.ifPresentOrElse(
        manifest -> {
          taken.increment();
          LOG.info(
              "a backup was taken: {} bytes, up to position {} of the log",
              manifest.bytes(),
              manifest.last());
        },
        broken::increment);
  }

  /** Breaks off what is under way; afterwards the log is not touched. */
  @Override
  public void close() {
    Optional<RunningBackup> underWay;
    synchronized (this) {
      closed = true;
      underWay = running;
    }
    underWay.ifPresent(RunningBackup::stop);
  }
}
