package dev.tideline.cli.drill;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import dev.tideline.drills.sim.FaultKind;
import dev.tideline.drills.sim.SimDrill;
import dev.tideline.drills.sim.SimOptions;
import dev.tideline.runtime.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Simulates. */
@Command(
    name = "sim",
    mixinStandardHelpOptions = true,
    header = "Simulate hub and edges with faults, from a seed.",
    description = {
      "Runs the stations of a real hub and of real edges in one thread, over a virtual disk,"
          + " network and clock; lets things go wrong; checks on the way that nothing is lost,"
          + " counted twice or shown wrong; then heals everything and checks that all become equal."
          + " The same seed gives the same run, to the byte. What fails is shown as small as it"
          + " can be made, with the command that runs it again."
    },
    footer = {
      "",
      "Exit status 1: something did not hold, or the runs were too tame to prove anything.",
      "Example: tideline drill sim --seeds 1000",
      "Example, for every night: tideline drill sim --minutes 60"
    })
final class SimCommand implements Callable<Integer> {

  private static final int SEEDS = 100;
  private static final int SEEDS_MOST = 10_000_000;

  /** A week. */
  private static final int MINUTES_MOST = 7 * 24 * 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--seeds", paramLabel = "N", description = "How many runs (100; 1 with --trace).")
  private int seeds;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "As many runs as end in time, from a seed that the clock gives.")
  private int minutes;

  @Option(names = "--seed", paramLabel = "S", description = "Of the first run (1).")
  private @Nullable Long seed;

  @Option(names = "--steps", paramLabel = "K", description = "Events with faults, a run (10000).")
  private int steps = SimOptions.STEPS;

  @Option(names = "--edges", paramLabel = "N", description = "1 to 8 (2 to 4, as the seed says).")
  private int edges;

  @Option(
      names = "--without",
      paramLabel = "FAULT",
      split = ",",
      description = "Faults that are left out, of: ${COMPLETION-CANDIDATES}.")
  private List<FaultKind> without = List.of();

  @Option(names = "--trace", description = "Prints every event.")
  private boolean trace;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the report there, too.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException {
    if (minutes < 0 || minutes > MINUTES_MOST || (minutes > 0 && seeds > 0)) {
      return Failures.usage(
          spec.commandLine(), "--minutes: 1 to %,d, and no --seeds".formatted(MINUTES_MOST));
    }
    if (seeds == 0) {
      seeds = minutes > 0 ? SEEDS_MOST : trace ? 1 : SEEDS;
    }
    if (seeds < 1 || seeds > SEEDS_MOST) {
      return Failures.usage(
          spec.commandLine(), "--seeds %d: 1 to %,d".formatted(seeds, SEEDS_MOST));
    }
    var unwritable = DrillFiles.problem("--json", json);
    if (unwritable.isPresent()) {
      return Failures.usage(spec.commandLine(), unwritable.get());
    }
    Set<FaultKind> faults = EnumSet.allOf(FaultKind.class);
    without.forEach(faults::remove);
    var options = new SimOptions(firstSeed(), steps, edges, faults);
    quietUnlessAskedFor();
    var plan = new SimDrill.Plan(options, seeds, minutes, trace, Optional.ofNullable(json));
    return SimDrill.run(plan, spec.commandLine().getOut()) ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  private long firstSeed() {
    if (seed != null) {
      return seed;
    }
    if (minutes == 0) {
      return 1;
    }
    long drawn = System.currentTimeMillis();
    spec.commandLine().getOut().println("the first seed is " + drawn);
    return drawn;
  }

  /** Thousands of nodes start and fail here: that is no news. */
  static void quietUnlessAskedFor() {
    if (System.getenv("TIDELINE_LOG_LEVEL") == null) {
      System.setProperty("TIDELINE_LOG_LEVEL", "OFF");
    }
    ServerProcess.bridgeLogs();
  }
}
