package dev.tideline.hub;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.fanout.FanoutDriver;
import dev.tideline.hub.heal.HealDriver;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.ingest.ReplicationServer;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Tally;
import dev.tideline.hub.snapshot.SnapshotDriver;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Tracing;
import dev.tideline.store.ChronicleTable;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.store.RecordLog;
import dev.tideline.store.Slice;
import dev.tideline.store.Table;
import dev.tideline.store.TableConfig;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * A hub over real gRPC, wired as {@link CoreHub} does, whose log and table a test can lay hands on.
 */
public final class OpenHub implements AutoCloseable {

  private static final int HEARTBEAT_MS = 300;

  private final RecordLog log = InMemoryRecordLog.prompt();
  private final Table table = ChronicleTable.create(TableConfig.DEFAULT);
  private final ChangeLogDriver changeLog;
  private final ReconcileDriver reconcile;
  private final ReplicationServer server;
  private final SnapshotDriver snapshots;

  public OpenHub() {
    var nothing = new CheckpointRestore(Optional.empty());
    var layout = HubRecovery.layout(log, nothing, Optional.empty());
    var clock = new HubClock(System::currentTimeMillis);
    changeLog = new ChangeLogDriver(log, layout.partitions(), clock);
    var tally = new Tally(new Metrics());
    reconcile =
        new ReconcileDriver(
            layout,
            table,
            changeLog,
            clock,
            new ReconcileDriver.Watchers(tally, Tracing.OFF),
            broken -> {
              throw new AssertionError(broken);
            });
    var fanout = new FanoutDriver(changeLog, 8192);
    var healer =
        new HealDriver(
            new HealDriver.Parts(reconcile, changeLog, fanout, new Metrics(), Machine.real()), 0);
    var ingest =
        new IngestDriver(
            new IngestDriver.Shared(
                reconcile,
                changeLog,
                fanout,
                healer,
                clock,
                tally,
                new IngestDriver.Limits(HEARTBEAT_MS, 8 << 20)));
    var sources = new CheckpointDriver.Sources(reconcile, ingest, changeLog, table, clock);
    new HubRecovery(sources, Machine.real()).run(nothing, Optional.empty(), 60_000);
    snapshots =
        new SnapshotDriver(
            new SnapshotDriver.Parts(reconcile, changeLog, table, ingest::catalog, ingest),
            Executors.newSingleThreadExecutor());
    server = ReplicationServer.start("127.0.0.1", 0, ingest, snapshots);
  }

  public int port() {
    return server.port();
  }

  /** The log gives up everything that it holds. */
  public void forgetLog() {
    changeLog.truncateBefore(changeLog.lastPosition() + 1);
  }

  /** Records in the log. */
  public long records() {
    return changeLog.lastPosition();
  }

  /** The lowest position that anybody needs. */
  public long pinned() {
    return changeLog.pins().lowest();
  }

  /** A key disappears as one does whose tombstone is old enough. */
  public void forgetKey(QualifiedKey key) {
    var slice = new Slice(64);
    dev.tideline.codec.TableKeys.write(key, slice);
    synchronized (table) {
      table.remove(slice);
    }
  }

  public State read(QualifiedKey key) {
    return reconcile.read(key).state();
  }

  @Override
  public void close() {
    server.close();
    snapshots.close();
    table.close();
    log.close();
  }
}
