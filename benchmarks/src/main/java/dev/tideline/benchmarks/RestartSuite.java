package dev.tideline.benchmarks;

import dev.tideline.client.Reply;
import dev.tideline.rig.Rig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * How long after the start of an edge's process, whose last one was killed, it answers a read: the
 * JVM's own start, the recovery, and the first answer over HTTP.
 */
final class RestartSuite {

  private static final long ASK_EVERY_NS = 10_000_000;

  private final Rig rig;
  private final Bench.Plan plan;
  private final Consumer<String> progress;

  RestartSuite(Rig rig, Bench.Plan plan, Consumer<String> progress) {
    this.rig = rig;
    this.plan = plan;
    this.progress = progress;
  }

  List<BenchRow> run() {
    try (var writer = EmbeddedEdge.start("writer", rig)) {
      progress.accept("  writing %,d keys …".formatted(plan.keys()));
      Workload.fill(writer, 0, plan.keys(), plan.keys());
      Workload.await(() -> writer.status().backlog().count() == 0);
    }
    var head = rig.hub().client().revisions().orThrow();
    var edge = rig.edges().getFirst();
    Workload.await(() -> edge.client().node().orThrow().revisions().equals(head));
    var rows = new ArrayList<BenchRow>();
    for (int run = 0; run < plan.runs(); run++) {
      edge.process().kill();
      long begun = System.nanoTime();
      edge.process().start();
      awaitService();
      long took = System.nanoTime() - begun;
      var histogram = new Histogram(3);
      histogram.recordValue(took);
      rows.add(BenchRow.of("killed", histogram, took / 1e9));
      progress.accept("  run %d: %.2f s".formatted(run + 1, took / 1e9));
    }
    return List.of(BenchRow.median(rows));
  }

  /** Asks seldom: on two processors the question would take part of what the start needs. */
  private void awaitService() {
    long end = System.nanoTime() + Workload.PATIENCE.toNanos();
    while (!serves()) {
      if (!rig.edges().getFirst().process().isAlive() || System.nanoTime() - end > 0) {
        throw new IllegalStateException("the edge does not come up again");
      }
      LockSupport.parkNanos(ASK_EVERY_NS);
    }
  }

  private boolean serves() {
    var key = Workload.keyText(plan.keys() - 1);
    return rig.edges().getFirst().client().get(Workload.NAMESPACE, key) instanceof Reply.Ok;
  }
}
