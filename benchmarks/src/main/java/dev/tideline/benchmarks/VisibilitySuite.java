package dev.tideline.benchmarks;

import dev.tideline.edge.EdgeNode;
import dev.tideline.rig.NodeProcess;
import dev.tideline.rig.Rig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * How long after a write at one edge a reader at another edge sees it. Writes come at a fixed rate,
 * whether or not the one before is visible, and time counts from when a write was due. The reader
 * has its edge in a JVM of its own and looks all the time; both take the time from the machine's
 * one monotonic clock.
 */
final class VisibilitySuite {

  /** Enough that no key is written again while it is waited for. */
  static final int KEYS = 100_000;

  /** A few hundred writes a second would leave three JVMs cold for minutes. */
  private static final int WARMUP_RATE = 5_000;

  /**
   * At the measured rate, behind the warm-up: what has piled up is gone, memory is as it will be.
   */
  private static final int SETTLE_S = 3;

  /** What the timer is late by; a write that begins late would have it counted as its own. */
  private static final long OVERSLEEP_NS = 150_000;

  private final Rig rig;
  private final Bench.Plan plan;
  private final Consumer<String> progress;

  VisibilitySuite(Rig rig, Bench.Plan plan, Consumer<String> progress) {
    this.rig = rig;
    this.plan = plan;
    this.progress = progress;
  }

  List<BenchRow> run() {
    var settings =
        new ArrayList<>(EmbeddedEdge.settings("reader", rig.directory(), rig.hub().grpcPort()));
    int hot = (int) (plan.warmup().toSeconds() * Math.max(WARMUP_RATE, plan.rate()));
    int warmup = hot + SETTLE_S * plan.rate();
    int perRun = (int) (plan.duration().toMillis() * plan.rate() / 1_000);
    settings.addAll(
        List.of(
            VisibilityReader.WARMUP + "=" + warmup,
            VisibilityReader.WRITES + "=" + perRun,
            VisibilityReader.RUNS + "=" + plan.runs(),
            VisibilityReader.OUT + "=" + rig.directory()));
    var output = rig.directory().resolve("reader.log");
    try (var reader =
            NodeProcess.of("reader", VisibilityReader.class, List.of("-Xmx1g"), settings, output);
        var writer = EmbeddedEdge.start("writer", rig)) {
      reader.start();
      reader.awaitReady(() -> Files.exists(file(0)), Workload.PATIENCE);
      write(writer, 1, hot, Math.max(WARMUP_RATE, plan.rate()));
      write(writer, hot + 1, warmup + perRun * plan.runs(), plan.rate());
      return List.of(BenchRow.median(rows(reader)));
    }
  }

  private static void write(EdgeNode writer, int first, int last, int rate) {
    long everyNs = TimeUnit.SECONDS.toNanos(1) / rate;
    long due = System.nanoTime();
    for (int i = first; i <= last; i++) {
      due += everyNs;
      awaitDue(due);
      Workload.write(writer, Workload.key(i % KEYS), Workload.value(i, due));
    }
  }

  private static void awaitDue(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (left > OVERSLEEP_NS) {
        LockSupport.parkNanos(left - OVERSLEEP_NS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private List<BenchRow> rows(NodeProcess reader) {
    var rows = new ArrayList<BenchRow>();
    for (int i = 1; i <= plan.runs(); i++) {
      var file = file(i);
      reader.awaitReady(() -> Files.exists(file), Workload.PATIENCE);
      rows.add(VisibilityReader.read(text(file), plan.duration().toMillis() / 1e3));
      var row = rows.getLast();
      progress.accept("  run %d: p50 %.0f us, p99 %.0f us".formatted(i, row.p50(), row.p99()));
    }
    return rows;
  }

  private Path file(int run) {
    return VisibilityReader.file(rig.directory(), run);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
