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
      "Example: tideline drill sim --seeds 1000"
    })
final class SimCommand implements Callable<Integer> {

  private static final int SEEDS_MOST = 10_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--seeds", paramLabel = "N", description = "How many runs (100; 1 with --trace).")
  private int seeds;

  @Option(names = "--seed", paramLabel = "S", description = "Of the first run (1).")
  private long seed = 1;

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
    if (seeds == 0) {
      seeds = trace ? 1 : 100;
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
    var options = new SimOptions(seed, steps, edges, faults);
    quietUnlessAskedFor();
    var plan = new SimDrill.Plan(options, seeds, trace, Optional.ofNullable(json));
    return SimDrill.run(plan, spec.commandLine().getOut()) ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  /** Thousands of nodes start and fail here: that is no news. */
  static void quietUnlessAskedFor() {
    if (System.getenv("TIDELINE_LOG_LEVEL") == null) {
      System.setProperty("TIDELINE_LOG_LEVEL", "OFF");
    }
    ServerProcess.bridgeLogs();
  }
}
