package dev.tideline.edge;

import dev.tideline.edge.api.DataServer;
import dev.tideline.edge.api.EdgeGateway;
import dev.tideline.edge.api.EdgeInterests;
import dev.tideline.edge.api.HttpApi;
import dev.tideline.edge.api.NodeStatus;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.replica.ReadBuffer;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.uplink.HubChannel;
import dev.tideline.edge.watch.WatchDriver;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.ServerProcess;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.ChronicleRecordLog;
import dev.tideline.store.ChronicleTable;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.LogEnvironment;
import dev.tideline.store.RecordLog;
import dev.tideline.store.RecordLogConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One edge, wired: the stations of a write from the API down to the hub and back. Embeddable; reads
 * and writes may come from any thread. It serves as soon as {@link #start} returns, hub or no hub,
 * if it has started with a hub once before.
 */
public final class EdgeNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EdgeNode.class);

  /** A dead predecessor's lock is gone by then. */
  private static final int LOCK_WAIT_MS = 5_000;

  private final EdgeConfig config;
  private final LogEnvironment disk;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final EdgeGateway gateway;
  private final DataServer grpc;
  private final HttpApi http;

  private EdgeNode(EdgeConfig config, LogEnvironment disk) {
    this.config = config;
    this.disk = disk;
    try {
      var telemetry = keep(Telemetry.start(config.telemetry()));
      var storage =
          new EdgeStations.Storage(
              openLog("journal", telemetry),
              openLog("apply", telemetry),
              () -> ChronicleTable.create(config.table()),
              new FileCheckpoints(config.data().resolve("checkpoints"), disk));
      var links =
          new EdgeStations.Links(new HubChannel(config.hub()), new HubChannel(config.hub()));
      var machine = Machine.real();
      var stations = keep(new EdgeStations(config, storage, machine, links, telemetry));
      opened.push(stations::leave);
      gateway = stations.gateway();
      var metrics = telemetry.metrics();
      EdgeGauges.undecided(metrics, stations.replica(), machine.clock());
      EdgeGauges.staleness(metrics, gateway);
      var watches = keep(new WatchDriver(config.edge(), stations.replica()));
      EdgeGauges.storage(metrics, stations.cache(), stations.journal());
      grpc =
          keep(
              DataServer.start(
                  gateway,
                  watches,
                  metrics,
                  config.bind(),
                  EdgeConfig.GRPC_PORT,
                  config.grpcPort()));
      http =
          keep(
              new HttpApi(
                  gateway,
                  metrics,
                  grpcAddress(),
                  config.bind(),
                  EdgeConfig.HTTP_PORT,
                  config.httpPort()));
      stations.open();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts an edge on its data directory.
   *
   * @throws dev.tideline.store.LogOpenException if the directory cannot be used
   * @throws dev.tideline.runtime.StartException if it belongs to another edge or version
   */
  public static EdgeNode start(EdgeConfig config) {
    return start(config, LogEnvironment.MACHINE);
  }

  /** The same on a disk that may not be the real one. */
  public static EdgeNode start(EdgeConfig config, LogEnvironment disk) {
    return new EdgeNode(config, disk);
  }

  /** Reads a key's view. */
  public ReadResult read(QualifiedKey key) {
    return gateway.read(key);
  }

  /**
   * Reads a key's view into a buffer that the caller keeps, without garbage.
   *
   * @return why it is not answered; empty if it is, and the buffer shows it
   */
  public Optional<Refusal> read(QualifiedKey key, ReadBuffer into) {
    return gateway.read(key, into);
  }

  /** Reads 1 to 256 keys of one zone as they all were at one moment, in their order. */
  public List<ReadResult> readAll(List<QualifiedKey> keys) {
    return gateway.readAll(keys);
  }

  /** The same, of the hub for all of them, within two seconds, if one is not held here. */
  public CompletableFuture<List<ReadResult>> readAllThrough(List<QualifiedKey> keys) {
    return gateway.readAllThrough(keys);
  }

  /** Writes, waiting for what the acknowledgement promises. */
  public WriteResult write(WriteRequest request) {
    return gateway.write(request);
  }

  /** What became of a write, of this edge or another. */
  public ReceiptState receipt(Receipt receipt) {
    return gateway.receipt(receipt);
  }

  /**
   * Reads a key's view, of the hub if {@link #read} refuses it because it is not held here.
   * Completes within two seconds; what goes wrong is a refusal.
   */
  public CompletableFuture<ReadResult> readThrough(QualifiedKey key) {
    return gateway.readThrough(key);
  }

  /** What the edge wants; changes are kept over restarts. */
  public EdgeInterests interests() {
    return gateway.interests();
  }

  /** The node as an operator sees it. */
  public NodeStatus status() {
    return gateway.status();
  }

  /** Where gRPC clients reach it, host and port. */
  public String grpcAddress() {
    return "%s:%d".formatted(config.bind(), grpc.port());
  }

  /** Where HTTP clients reach it. */
  public String httpAddress() {
    return "http://%s:%d".formatted(config.bind(), http.port());
  }

  private RecordLog openLog(String name, Telemetry telemetry) {
    var logConfig =
        new RecordLogConfig(config.generationBytes(), config.reserveBytes(), LOCK_WAIT_MS);
    var log =
        keep(
            ChronicleRecordLog.open(
                config.data().resolve(name),
                logConfig,
                failure -> ServerProcess.halt("edge " + config.edge(), "the disk failed", failure),
                disk));
    EdgeGauges.log(telemetry.metrics(), name, log);
    return log;
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  /**
   * Stops serving, writes a last checkpoint, which takes 5 seconds at most, then closes table and
   * logs; what was acknowledged stays.
   */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      var resource = opened.pop();
      try {
        resource.close();
      } catch (Exception e) {
        LOG.error("{} did not close cleanly", resource, e);
      }
    }
  }
}
