package dev.tideline.edge;

import dev.tideline.edge.api.EdgeGateway;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.replica.CheckpointDriver;
import dev.tideline.edge.replica.ReplicaCore;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.edge.uplink.HubLink;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.runtime.Deadlines;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.RecordLog;
import dev.tideline.store.Table;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stations of one edge, recovered and wired over ports: all of it but its servers, on whatever
 * disk, network and machine it is given. It talks to the hub from {@link #open} on.
 */
public final class EdgeStations implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EdgeStations.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final ViewCache cache;
  private final Journal journal;
  private final ReplicaDriver replica;
  private final CheckpointDriver checkpointing;
  private final UplinkDriver uplink;
  private final EdgeGateway gateway;

  /**
   * Where an edge keeps its bytes. The logs are closed by their owner, after the stations.
   *
   * @param tables makes empty ones
   */
  public record Storage(
      RecordLog journal, RecordLog apply, Supplier<Table> tables, Checkpoints checkpoints) {}

  /** The ways to the hub: for the stream, and for snapshots, so that they never delay it. */
  public record Links(HubLink stream, HubLink bulk) {}

  /**
   * Recovers an edge and begins its incarnation.
   *
   * @throws dev.tideline.runtime.StartException if what is stored belongs to another edge or
   *     version
   */
  public EdgeStations(
      EdgeConfig config, Storage storage, Machine machine, Links links, Telemetry telemetry) {
    var clock = machine.clock();
    try {
      journal = new Journal(storage.journal(), config.edge());
      cache = keep(new ViewCache(storage.tables().get()));
      var core = new ReplicaCore(config.edge(), cache, config.limits(), storage.tables());
      replica = new ReplicaDriver(config.edge(), core, journal, storage.apply(), clock);
      checkpointing =
          keep(
              new CheckpointDriver(
                  replica,
                  storage.checkpoints(),
                  config.checkpoints(),
                  telemetry.metrics(),
                  machine));
      var freshness = new Freshness(checkpointing.recover());
      replica.loads().configure(config.interests());
      replica.begin(machine.random().nextLong(), machine.bootId());
      var parts =
          new UplinkDriver.Parts(config.edge(), replica, journal, freshness, machine, telemetry);
      uplink = keep(new UplinkDriver(parts, links.stream(), links.bulk()));
      var timer = machine.threads().apply("deadlines");
      opened.push(timer::shutdown);
      var stations =
          new EdgeGateway.Stations(
              config.edge(), replica, uplink, freshness, machine, new Deadlines(timer));
      gateway = new EdgeGateway(stations, telemetry);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Begins to dial the hub, and to look after the logs. */
  public void open() {
    uplink.start();
    checkpointing.start();
  }

  /**
   * Takes leave of the hub and writes a last checkpoint, so that the next start reads no log;
   * before {@link #close}, once no client writes any more.
   */
  public void leave() {
    uplink.close();
    checkpointing.last();
  }

  /** What clients call. */
  public EdgeGateway gateway() {
    return gateway;
  }

  /** Base, pending and view. */
  public ReplicaDriver replica() {
    return replica;
  }

  ViewCache cache() {
    return cache;
  }

  Journal journal() {
    return journal;
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Takes leave of the hub; afterwards neither log is touched. */
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
