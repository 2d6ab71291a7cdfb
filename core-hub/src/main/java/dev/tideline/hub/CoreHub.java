package dev.tideline.hub;

import dev.tideline.hub.admin.AdminServer;
import dev.tideline.hub.ingest.ReplicationServer;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.ServerProcess;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.ChronicleRecordLog;
import dev.tideline.store.ChronicleTable;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.LogEnvironment;
import dev.tideline.store.RecordLog;
import dev.tideline.store.RecordLogConfig;
import dev.tideline.store.Table;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.LoggerFactory;

/** A running hub; wiring and nothing else. */
public final class CoreHub implements AutoCloseable {

  /** A predecessor that was killed needs a moment to let go of its lock. */
  private static final int LOCK_WAIT_MS = 5_000;

  private final ReplicationServer replication;
  private final AdminServer admin;
  private final Deque<AutoCloseable> closing;

  private CoreHub(ReplicationServer replication, AdminServer admin, Deque<AutoCloseable> closing) {
    this.replication = replication;
    this.admin = admin;
    this.closing = closing;
  }

  /**
   * Starts a hub; when this returns, it serves.
   *
   * @throws dev.tideline.store.LogOpenException if the log is locked, damaged or without space
   * @throws dev.tideline.runtime.ConfigException if the catalog cannot be used
   * @throws dev.tideline.runtime.StartException if a port is taken, or the installation is another
   */
  public static CoreHub start(HubConfig config) {
    return start(config, LogEnvironment.MACHINE);
  }

  /** The same on a disk that may not be the real one. */
  public static CoreHub start(HubConfig config, LogEnvironment disk) {
    var log =
        ChronicleRecordLog.open(
            config.dataDir().resolve("changelog"),
            new RecordLogConfig(
                config.logGenerationBytes(), config.logReserveBytes(), LOCK_WAIT_MS),
            failure -> ServerProcess.halt("hub", "the change log cannot be synced", failure),
            disk);
    var table = table(config, log);
    return start(
        config,
        new HubStations.Storage(
            log, table, new FileCheckpoints(config.dataDir().resolve("checkpoints"), disk)));
  }

  private static Table table(HubConfig config, RecordLog log) {
    try {
      return ChronicleTable.create(config.table());
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  /** Starts a hub on the given storage; if that fails, the storage is closed. */
  static CoreHub start(HubConfig config, HubStations.Storage storage) {
    var closing = new ArrayDeque<AutoCloseable>();
    closing.push(storage.log());
    closing.push(storage.table());
    var telemetry = Telemetry.start(config.telemetry());
    closing.push(telemetry);
    try {
      return wire(config, storage, telemetry, closing);
    } catch (RuntimeException e) {
      closeAll(closing);
      throw e;
    }
  }

  private static CoreHub wire(
      HubConfig config,
      HubStations.Storage storage,
      Telemetry telemetry,
      Deque<AutoCloseable> closing) {
    var stations = new HubStations(config, storage, Machine.real(), telemetry, CoreHub::broken);
    closing.push(stations);
    closing.push(stations::leave);
    HubGauges.register(telemetry.metrics(), storage, stations.ingest());
    var replication =
        ReplicationServer.start(
            config.bind(), config.grpcPort(), stations.ingest(), stations.snapshots());
    closing.push(replication);
    var admin =
        AdminServer.start(
            config.bind(),
            HubConfig.ADMIN_PORT,
            config.adminPort(),
            new AdminServer.Views(
                stations.reconcile(),
                stations.changeLog(),
                stations.ingest(),
                stations.healer(),
                stations.backups(),
                stations.tally(),
                stations.catalog(),
                telemetry.metrics()));
    closing.push(admin);
    stations.open();
    return new CoreHub(replication, admin, closing);
  }

  private static void broken(Throwable failure) {
    ServerProcess.halt("hub", "memory and change log may have come apart", failure);
  }

  /** The port for edges. */
  public int grpcPort() {
    return replication.port();
  }

  /** The port for operators. */
  public int adminPort() {
    return admin.port();
  }

  /**
   * Takes leave of edges and operators, writes a last checkpoint, which takes 5 seconds at most,
   * then closes the log, last of all.
   */
  @Override
  public void close() {
    closeAll(closing);
  }

  private static void closeAll(Deque<AutoCloseable> closing) {
    while (!closing.isEmpty()) {
      var next = closing.pop();
      try {
        next.close();
      } catch (Exception e) {
        LoggerFactory.getLogger(CoreHub.class).error("{} did not close", next, e);
      }
    }
  }
}
