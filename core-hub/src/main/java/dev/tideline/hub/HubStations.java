package dev.tideline.hub;

import dev.tideline.hub.backup.BackupDriver;
import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.fanout.FanoutDriver;
import dev.tideline.hub.heal.HealDriver;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Tally;
import dev.tideline.hub.snapshot.SnapshotDriver;
import dev.tideline.model.Catalog;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.RecordLog;
import dev.tideline.store.Table;
import java.util.function.Consumer;

/**
 * The stations of one hub, recovered and wired over ports: all of it but its servers, on whatever
 * disk and machine it is given.
 */
public final class HubStations implements AutoCloseable {

  private final ChangeLogDriver changeLog;
  private final ReconcileDriver reconcile;
  private final HealDriver healer;
  private final IngestDriver ingest;
  private final SnapshotDriver snapshots;
  private final CheckpointDriver checkpointing;
  private final BackupDriver backups;
  private final Tally tally;
  private final Catalog catalog;

  /** Where a hub keeps its bytes; log and table are closed by their owner, after the stations. */
  public record Storage(RecordLog log, Table table, Checkpoints checkpoints) {}

  /**
   * Recovers a hub and begins its term.
   *
   * @param broken told when memory and log may have come apart: the process must end
   * @throws dev.tideline.runtime.ConfigException if the catalog cannot be used
   * @throws dev.tideline.runtime.StartException if the installation is another
   */
  public HubStations(
      HubConfig config,
      Storage storage,
      Machine machine,
      Telemetry telemetry,
      Consumer<Throwable> broken) {
    var declared = config.catalogFile().map(CatalogFile::read);
    var checkpoint = new CheckpointRestore(storage.checkpoints().newest());
    var layout = HubRecovery.layout(storage.log(), checkpoint, config.layout());
    var clock = new HubClock(machine.clock()::millis);
    changeLog = new ChangeLogDriver(storage.log(), layout.partitions(), clock);
    tally = new Tally(telemetry.metrics());
    reconcile =
        new ReconcileDriver(
            layout,
            storage.table(),
            changeLog,
            clock,
            new ReconcileDriver.Watchers(tally, telemetry.tracing()),
            broken);
    var fanout = new FanoutDriver(changeLog, config.conflateBehindRecords());
    healer =
        new HealDriver(
            new HealDriver.Parts(reconcile, changeLog, fanout, telemetry.metrics(), machine),
            config.healDeadlineMs());
    ingest =
        new IngestDriver(
            new IngestDriver.Shared(
                reconcile,
                changeLog,
                fanout,
                healer,
                clock,
                tally,
                new IngestDriver.Limits(config.heartbeatIntervalMs(), config.inFlightBytesMax())));
    var sources =
        new CheckpointDriver.Sources(reconcile, ingest, changeLog, storage.table(), clock);
    long replayed = Math.max(0, changeLog.lastPosition() + 1 - checkpoint.replayFrom());
    telemetry
        .metrics()
        .gauge(
            "tideline_hub_replayed_records",
            "Records of the change log that the start read behind its checkpoint.",
            () -> replayed);
    var recovery = new HubRecovery(sources, machine);
    recovery.run(checkpoint, declared, config.clockSkewMs());
    catalog = recovery.catalog();
    checkpointing =
        new CheckpointDriver(
            sources,
            storage.checkpoints(),
            config.checkpoints(),
            checkpoint,
            telemetry.metrics(),
            machine);
    backups =
        new BackupDriver(
            new BackupDriver.Sources(
                reconcile, changeLog, storage.checkpoints(), checkpointing, clock),
            telemetry.metrics());
    snapshots =
        new SnapshotDriver(
            new SnapshotDriver.Parts(
                reconcile,
                changeLog,
                storage.table(),
                ingest::catalog,
                ingest,
                config.snapshotChunkBytes()),
            machine.threads().apply("snapshots"));
  }

  /** Begins to look after the log. */
  public void open() {
    checkpointing.start();
  }

  /**
   * Writes a last checkpoint, so that the next start reads no log; before {@link #close}, once no
   * edge is served any more.
   */
  public void leave() {
    checkpointing.last();
  }

  /** Where edges arrive. */
  public IngestDriver ingest() {
    return ingest;
  }

  /** What became of it if it was set back. */
  public HealDriver healer() {
    return healer;
  }

  /** Where edges load from. */
  public SnapshotDriver snapshots() {
    return snapshots;
  }

  /** What has been decided. */
  public ReconcileDriver reconcile() {
    return reconcile;
  }

  /** The log of it. */
  public ChangeLogDriver changeLog() {
    return changeLog;
  }

  /** The namespaces in force. */
  public Catalog catalog() {
    return catalog;
  }

  /** Where operators take copies. */
  BackupDriver backups() {
    return backups;
  }

  Tally tally() {
    return tally;
  }

  /** Lets go of the log, after the servers. */
  @Override
  public void close() {
    healer.close();
    snapshots.close();
    backups.close();
    checkpointing.close();
  }
}
