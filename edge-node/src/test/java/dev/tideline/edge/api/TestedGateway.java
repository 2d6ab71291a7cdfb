package dev.tideline.edge.api;

import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.replica.ReplicaCore;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.replica.ReplicaLimits;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.edge.uplink.HubChannel;
import dev.tideline.edge.uplink.UplinkConfig;
import dev.tideline.edge.uplink.UplinkDriver;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.Deadlines;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.TableConfig;
import java.time.Clock;

/** A gateway over logs in memory, without a hub. */
final class TestedGateway implements AutoCloseable {

  static final EdgeId EDGE = new EdgeId("a");

  InMemoryRecordLog journalLog = new InMemoryRecordLog();
  final InMemoryRecordLog applyLog = new InMemoryRecordLog();
  private final int undecidedMax;
  private final HubChannel noHub = new HubChannel(new UplinkConfig("127.0.0.1", 1));
  private final HubChannel noBulk = new HubChannel(new UplinkConfig("127.0.0.1", 1));

  TestedGateway(int undecidedMax) {
    this.undecidedMax = undecidedMax;
  }

  ReplicaDriver replica() {
    var cache = new ViewCache(new InMemoryTable(TableConfig.DEFAULT));
    var core = new ReplicaCore(EDGE, cache, new ReplicaLimits(undecidedMax, 1 << 20, 60_000));
    return new ReplicaDriver(
        EDGE, core, new Journal(journalLog, EDGE), applyLog, Clock.systemUTC());
  }

  EdgeGateway gateway(ReplicaDriver of) {
    var machine = Machine.real();
    var freshness = new Freshness(0);
    var telemetry = Telemetry.countsOnly();
    var journal = new Journal(journalLog, EDGE);
    var parts = new UplinkDriver.Parts(EDGE, of, journal, freshness, machine, telemetry);
    var uplink = new UplinkDriver(parts, noHub, noBulk);
    var deadlines = new Deadlines(machine.threads().apply("deadlines"));
    return new EdgeGateway(
        new EdgeGateway.Stations(EDGE, of, uplink, freshness, machine, deadlines), telemetry);
  }

  @Override
  public void close() {
    noHub.close();
    noBulk.close();
  }
}
