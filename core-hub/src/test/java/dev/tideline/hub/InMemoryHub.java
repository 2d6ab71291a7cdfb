package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.fanout.FanoutDriver;
import dev.tideline.hub.heal.HealDriver;
import dev.tideline.hub.ingest.HubSession;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Tally;
import dev.tideline.hub.testing.HeapTable;
import dev.tideline.hub.testing.InlineExecutor;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.RecordedStream;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.State;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Tracing;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Welcome;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The hub's drivers over a log in memory, without network: what they do is all on one thread. */
final class InMemoryHub {

  /** For which absent edges are waited for. */
  static final long HEAL_DEADLINE_MS = 5_000;

  final ManualLog log;
  final ReconcileDriver reconcile;
  final IngestDriver ingest;
  final HealDriver healer;
  final CheckpointDriver.Sources sources;

  private final InlineExecutor healing = new InlineExecutor();
  private long monotonicMs;

  /** How far the hub's clock is ahead of the machine's. */
  long aheadMs;

  final Tally tally = new Tally(new Metrics());
  final HeapTable table;

  InMemoryHub(ManualLog log) {
    this(log, new CheckpointRestore(Optional.empty()));
  }

  InMemoryHub(ManualLog log, CheckpointRestore checkpoint) {
    this(log, checkpoint, () -> {});
  }

  /** A hub in whose table something happens behind each entry of a walk. */
  InMemoryHub(ManualLog log, CheckpointRestore checkpoint, Runnable behindEntry) {
    this.log = log;
    table = new HeapTable(100_000, behindEntry);
    var layout = HubRecovery.layout(log, checkpoint, Optional.empty());
    var clock = new HubClock(() -> System.currentTimeMillis() + aheadMs);
    var changeLog = new ChangeLogDriver(log, layout.partitions(), clock);
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
    healer =
        new HealDriver(
            new HealDriver.Parts(reconcile, changeLog, fanout, new Metrics(), machine()),
            HEAL_DEADLINE_MS);
    ingest =
        new IngestDriver(
            new IngestDriver.Shared(
                reconcile,
                changeLog,
                fanout,
                healer,
                clock,
                tally,
                new IngestDriver.Limits(500, 8 << 20)));
    sources = new CheckpointDriver.Sources(reconcile, ingest, changeLog, table, clock);
    new HubRecovery(sources, Machine.real()).run(checkpoint, Optional.empty(), 60_000);
  }

  private Machine machine() {
    return new Machine(
        Clock.systemUTC(),
        () -> TimeUnit.MILLISECONDS.toNanos(monotonicMs),
        new Random(1),
        name -> healing,
        "boot");
  }

  /** Time passes for who heals. */
  void pass(long ms) {
    monotonicMs += ms;
    healing.pass();
    log.sync();
  }

  /** A conversation. */
  record Link(HubSession session, RecordedStream stream) {
    void send(EdgeFrame... frames) {
      for (var frame : frames) {
        session.receive(frame);
      }
    }

    Welcome welcome() {
      return stream.frames.getFirst().getWelcome();
    }

    HubFrame last() {
      return stream.last();
    }

    /** The last word was this error. */
    void assertEnded(Error.Code code) {
      assertThat(last().getError().getCode()).isEqualTo(code);
      assertThat(stream.completed).isTrue();
    }
  }

  Link connect() {
    var stream = new RecordedStream();
    return new Link(ingest.connect(stream), stream);
  }

  /** Says Hello and makes everything durable. */
  Link connect(Hello.Builder hello) {
    var link = connect();
    link.send(ScriptedEdge.frame(hello));
    log.sync();
    return link;
  }

  long sum(String key) {
    return reconcile.read(ScriptedEdge.target("inventory", key)).state()
            instanceof State.Counter counter
        ? counter.sum()
        : 0;
  }
}
