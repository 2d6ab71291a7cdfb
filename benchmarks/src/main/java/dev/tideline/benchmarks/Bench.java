package dev.tideline.benchmarks;

import dev.tideline.benchmarks.micro.MicroBench;
import dev.tideline.rig.Directories;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs one suite: floors, the suite's own rows, the report. */
public final class Bench {

  /** Large enough that a log's file never ends within a run's hot path more than it must. */
  static final List<String> NODE_SETTINGS =
      List.of("log.generation-bytes=" + (256L << 20), "table.entries-max=4000000");

  private static final int MICRO_FORKS = 1;

  private static final List<String> JVM_FLAGS = List.of("-Xmx1g");

  private final Plan plan;
  private final PrintWriter out;

  private Bench(Plan plan, PrintWriter out) {
    this.plan = plan;
    this.out = out;
  }

  /** What is measured. */
  public enum Suite {
    READ,
    WRITE,
    VISIBILITY,
    THROUGHPUT,
    RESTART,
    MICRO
  }

  /**
   * How it is measured.
   *
   * @param runs whose median is told
   * @param duration of a run, after the warm-up
   * @param keys in the table
   * @param rate of writes in a second, of the suite that has one
   * @param json where the report goes, too
   * @param directory beneath which data are kept for the time of the run
   */
  public record Plan(
      int runs,
      Duration duration,
      Duration warmup,
      int keys,
      int rate,
      Optional<Path> json,
      Path directory) {}

  /**
   * Runs a suite and prints its report.
   *
   * @throws IllegalArgumentException if the directory lies in memory, where a sync costs nothing
   */
  public static void run(Suite suite, Plan plan, PrintWriter out) throws IOException {
    if (suite == Suite.MICRO) {
      MicroBench.run(MICRO_FORKS, out);
    } else {
      new Bench(plan, out).run(suite);
    }
  }

  private void run(Suite suite) throws IOException {
    var fileSystem = Files.getFileStore(plan.directory()).type();
    if (List.of("tmpfs", "ramfs").contains(fileSystem)) {
      throw new IllegalArgumentException(
          "%s lies on %s, where a sync costs nothing: name another with --data"
              .formatted(plan.directory(), fileSystem));
    }
    var directory = Files.createTempDirectory(plan.directory(), "tideline-bench-");
    try {
      say("bench %s on %s, %d processors; floors …".formatted(name(suite), fileSystem, cpus()));
      var rows = new ArrayList<>(Floors.measure(directory));
      if (suite == Suite.VISIBILITY) {
        rows.addAll(Floors.measureAtRate(directory, plan.rate()));
      }
      rows.forEach(
          floor ->
              say(
                  "  %s p50 %.2f us, p99 %.2f us"
                      .formatted(floor.name(), floor.p50(), floor.p99())));
      rows.addAll(rows(suite, directory));
      var report = new BenchReport(name(suite), fileSystem, rows);
      report.print(out);
      if (plan.json().isPresent()) {
        report.write(plan.json().get());
      }
    } finally {
      Directories.delete(directory);
    }
  }

  private List<BenchRow> rows(Suite suite, Path directory) {
    var config =
        new RigConfig(
                directory,
                suite == Suite.VISIBILITY ? List.of() : List.of("b"),
                JVM_FLAGS,
                NODE_SETTINGS)
            .withoutLinks();
    try (var rig = Rig.create(config)) {
      rig.start();
      return switch (suite) {
        case READ -> new ReadSuite(rig, plan, this::say).run();
        case WRITE -> new WriteSuite(rig, plan, this::say).run();
        case VISIBILITY -> new VisibilitySuite(rig, plan, this::say).run();
        case THROUGHPUT -> new ThroughputSuite(rig, plan, this::say).run();
        case RESTART -> new RestartSuite(rig, plan, this::say).run();
        case MICRO -> List.of();
      };
    }
  }

  private static String name(Suite suite) {
    return suite.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static int cpus() {
    return Runtime.getRuntime().availableProcessors();
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
