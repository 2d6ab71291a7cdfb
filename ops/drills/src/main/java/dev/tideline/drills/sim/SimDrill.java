package dev.tideline.drills.sim;

import dev.tideline.drills.sim.Simulation.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs one seed after the other, and tells of the first that fails as little as is needed. */
public final class SimDrill {

  private static final int TRACE_LINES_MAX = 1_000_000;
  private static final int TRACE_LINES_SHOWN = 40;

  private SimDrill() {}

  /**
   * What to run.
   *
   * @param options of each; the seeds begin with theirs
   * @param seeds how many at most
   * @param minutes after which no other begins; 0: none of them
   * @param trace whether every line is printed
   */
  public record Plan(
      SimOptions options, int seeds, int minutes, boolean trace, Optional<Path> json) {

    private boolean isOver(long seedsRun, long elapsedNs) {
      return seedsRun >= seeds || (minutes > 0 && elapsedNs >= TimeUnit.MINUTES.toNanos(minutes));
    }
  }

  /** Runs it; true if everything held and the runs were worth something. */
  public static boolean run(Plan plan, PrintWriter out) throws IOException {
    long startedNs = System.nanoTime();
    var report = new SimReport();
    long first = plan.options().seed();
    for (long run = 0; !plan.isOver(run, System.nanoTime() - startedNs); run++) {
      long seed = first + run;
      var result =
          Simulation.run(plan.options().withSeed(seed), plan.trace() ? TRACE_LINES_MAX : 0);
      report.add(result);
      if (plan.trace()) {
        result.trace().forEach(out::println);
        out.println("trace hash %016x".formatted(result.traceHash()));
      }
      if (result.violation().isPresent()) {
        out.println("seed %d: %s".formatted(seed, Simulation.describe(result.violation().get())));
        out.println("  " + result.options().command());
        out.flush();
      }
    }
    double seconds = (System.nanoTime() - startedNs) / (double) TimeUnit.SECONDS.toNanos(1);
    var voids = report.voids(plan.options());
    out.print(report.text(seconds));
    voids.forEach(reason -> out.println("void: " + reason));
    if (plan.json().isPresent()) {
      Files.writeString(plan.json().get(), report.json(seconds, voids));
    }
    if (!plan.trace()) {
      report.firstFailure().ifPresent(failure -> explain(failure, out));
    }
    out.flush();
    return report.failures() == 0 && voids.isEmpty();
  }

  private static void explain(Result failure, PrintWriter out) {
    var smallest = Shrink.of(failure);
    var result = Simulation.run(smallest, TRACE_LINES_SHOWN);
    out.println();
    out.println("smallest: " + result.violation().map(Simulation::describe).orElse("?"));
    result.trace().forEach(out::println);
    out.println("the whole of it: " + smallest.command());
  }
}
