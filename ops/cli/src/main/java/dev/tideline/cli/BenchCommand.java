package dev.tideline.cli;

import dev.tideline.benchmarks.Bench;
import dev.tideline.runtime.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    header = "Measure on this machine.",
    description = {
      "Starts a hub and edges as processes of their own and measures: 'read' embedded, over a gRPC"
          + " stream, unary and HTTP; 'write' by what the acknowledgement means; 'visibility' of a"
          + " write at another edge; 'throughput' from edge through hub to edge; 'restart' of a"
          + " killed edge until it answers. Every figure is the median of several runs after a"
          + " warm-up, beside floors measured in the same run: a look into memory, a sync, a round"
          + " trip over loopback, one over a gRPC stream. 'micro' are single steps, by JMH, in two"
          + " minutes."
    },
    footer = {"", "Example: tideline bench throughput --json throughput.json"})
final class BenchCommand implements Callable<Integer> {

  private static final int KEYS_MOST = 2_000_000;
  private static final int RUNS_MOST = 100;
  private static final int RATE_MOST = 100_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "NAME",
      description = "One of: read, write, visibility, throughput, restart, micro.")
  private Bench.Suite suite = Bench.Suite.READ;

  @Option(names = "--runs", paramLabel = "N", description = "Of which the median counts (3).")
  private int runs = 3;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Of a run (15s).")
  private Duration duration = Duration.ofSeconds(15);

  @Option(
      names = "--warmup",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Before the first run (10s).")
  private Duration warmup = Duration.ofSeconds(10);

  @Option(
      names = "--keys",
      paramLabel = "N",
      description = "In the table (read, restart: 1000000, else 100000).")
  private int keys;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Writes a second, of 'visibility' (500).")
  private int rate = 500;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data are kept meanwhile, on a real disk (the temporary directory).")
  private Path data = Path.of(System.getProperty("java.io.tmpdir"));

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the report there, too.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (keys == 0) {
      boolean large = suite == Bench.Suite.READ || suite == Bench.Suite.RESTART;
      keys = large ? 1_000_000 : 100_000;
    }
    if (!within(runs, RUNS_MOST) || !within(keys, KEYS_MOST) || !within(rate, RATE_MOST)) {
      return Failures.usage(
          spec.commandLine(),
          "allowed are 1 to %d runs, 1 to %,d keys, 1 to %,d writes a second"
              .formatted(RUNS_MOST, KEYS_MOST, RATE_MOST));
    }
    if (!Files.isWritable(data)) {
      return Failures.usage(
          spec.commandLine(), "--data %s: not a directory that can be written to".formatted(data));
    }
    var plan = new Bench.Plan(runs, duration, warmup, keys, rate, Optional.ofNullable(json), data);
    quietUnlessAskedFor();
    Bench.run(suite, plan, spec.commandLine().getOut());
    return ExitStatus.DONE;
  }

  /** Edges are embedded here: that they connect is no news. */
  private static void quietUnlessAskedFor() {
    if (System.getenv("TIDELINE_LOG_LEVEL") == null) {
      System.setProperty("TIDELINE_LOG_LEVEL", "WARN");
    }
    ServerProcess.bridgeLogs();
  }

  private static boolean within(int value, int most) {
    return value >= 1 && value <= most;
  }
}
