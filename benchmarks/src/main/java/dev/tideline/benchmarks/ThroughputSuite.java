package dev.tideline.benchmarks;

import dev.tideline.edge.EdgeNode;
import dev.tideline.rig.Rig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How many mutations go from one edge through a hub that syncs to another edge in a second. The
 * writing edge is in this JVM with the load, hub and the other edge in theirs. Counted are changes
 * that the other edge says it has applied; as keys repeat only after all others, that is one for
 * each mutation unless something is conflated, and then it is less.
 */
final class ThroughputSuite {

  private static final String APPLIED = "tideline_edge_changes_applied_total ";

  private final Rig rig;
  private final Bench.Plan plan;
  private final Consumer<String> progress;
  private final HttpClient http = HttpClient.newHttpClient();
  private long written;

  ThroughputSuite(Rig rig, Bench.Plan plan, Consumer<String> progress) {
    this.rig = rig;
    this.plan = plan;
    this.progress = progress;
  }

  List<BenchRow> run() {
    var runs = new ArrayList<BenchRow>();
    try (var writer = EmbeddedEdge.start("writer", rig)) {
      load(writer, plan.warmup());
      settle(writer);
      for (int i = 0; i < plan.runs(); i++) {
        runs.add(run(writer));
        progress.accept(
            "  run %d: %,.0f mutations/s".formatted(i + 1, runs.getLast().opsPerSecond()));
      }
    } finally {
      http.close();
    }
    return List.of(BenchRow.median(runs));
  }

  private BenchRow run(EdgeNode writer) {
    long writtenBefore = written;
    long appliedBefore = applied();
    long begun = System.nanoTime();
    load(writer, plan.duration());
    long applied = settle(writer) - appliedBefore;
    double seconds = (System.nanoTime() - begun) / 1e9;
    if (applied != written - writtenBefore) {
      progress.accept(
          "  %,d of %,d mutations were conflated: the other edge saw only later ones"
              .formatted(written - writtenBefore - applied, written - writtenBefore));
    }
    return BenchRow.rate("edge-hub-edge", applied / seconds);
  }

  private void load(EdgeNode writer, Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() - end < 0) {
      Workload.fill(writer, written, written + 1_000, plan.keys());
      written += 1_000;
    }
  }

  /** Waits until the other edge has everything; how many changes it has applied by then. */
  private long settle(EdgeNode writer) {
    Workload.await(() -> writer.status().backlog().count() == 0);
    var head = rig.hub().client().revisions().orThrow();
    var other = rig.edges().getFirst().client();
    Workload.await(() -> other.node().orThrow().revisions().equals(head));
    return applied();
  }

  private long applied() {
    var request =
        HttpRequest.newBuilder(URI.create(rig.edges().getFirst().url() + "/metrics")).build();
    try {
      var text = http.send(request, BodyHandlers.ofString()).body();
      return text.lines()
          .filter(line -> line.startsWith(APPLIED))
          .mapToLong(line -> Long.parseLong(line.substring(APPLIED.length())))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
