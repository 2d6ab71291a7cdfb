package dev.tideline.benchmarks.micro;

import dev.tideline.rig.BuildFlags;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs every benchmark of this package in a process of its own; less than two minutes. */
public final class MicroBench {

  private MicroBench() {}

  /**
   * Runs and prints a table: nanoseconds for each call, and calls in a second on one thread.
   *
   * @param forks processes for each benchmark
   */
  public static void run(int forks, PrintWriter out) {
    var options =
        new OptionsBuilder()
            .include(MicroBench.class.getPackageName() + "\\..*")
            .forks(forks)
            .jvmArgs(BuildFlags.all().toArray(String[]::new))
            .jvmArgsAppend("-Xmx1g")
            .verbosity(VerboseMode.SILENT)
            .build();
    try {
      var results = new Runner(options).run();
      out.printf("%n%-28s %12s %12s %16s%n", "", "ns", "+-", "a second");
      results.forEach(result -> print(result, out));
      out.flush();
    } catch (RunnerException e) {
      throw new IllegalStateException("the benchmarks did not run", e);
    }
  }

  private static void print(RunResult result, PrintWriter out) {
    var primary = result.getPrimaryResult();
    double perSecond = TimeUnit.SECONDS.toNanos(1) / primary.getScore();
    var name = result.getParams().getBenchmark().replaceAll(".*\\.micro\\.|Benchmark", "");
    out.printf(
        "%-28s %,12.1f %,12.1f %,16.0f%n",
        name, primary.getScore(), primary.getScoreError(), perSecond);
  }
}
