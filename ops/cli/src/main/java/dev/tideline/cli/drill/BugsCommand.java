package dev.tideline.cli.drill;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import dev.tideline.drills.sim.Bug;
import dev.tideline.drills.sim.BugDrill;
import dev.tideline.drills.sim.SimOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tests the test. */
@Command(
    name = "bugs",
    mixinStandardHelpOptions = true,
    header = "Plant bugs, and see that the simulation finds them.",
    description = {
      "Runs 'drill sim' again and again, with nodes that behave at their ports as if they had a"
          + " bug, one bug after the other, until something does not hold; prints how many seeds"
          + " that took and what found it."
    },
    footer = {"", "Exit status 1: a bug was not found.", "Example: tideline drill bugs"})
final class BugsCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--seeds", paramLabel = "N", description = "At most, for each bug (2000).")
  private int seeds = BugDrill.SEEDS_MAX;

  @Option(names = "--steps", paramLabel = "K", description = "Events with faults, a run (10000).")
  private int steps = SimOptions.STEPS;

  @Option(
      names = "--only",
      paramLabel = "BUG",
      split = ",",
      description = "Just these, of: ${COMPLETION-CANDIDATES}.")
  private List<Bug> only = List.of(Bug.values());

  @Override
  public Integer call() {
    if (seeds < 1 || seeds > BugDrill.SEEDS_MAX || steps < 1 || steps > SimOptions.STEPS_MAX) {
      return Failures.usage(
          spec.commandLine(),
          "allowed are 1 to %,d seeds, 1 to %,d steps"
              .formatted(BugDrill.SEEDS_MAX, SimOptions.STEPS_MAX));
    }
    SimCommand.quietUnlessAskedFor();
    return BugDrill.run(only, steps, seeds, spec.commandLine().getOut())
        ? ExitStatus.DONE
        : ExitStatus.FAILED;
  }
}
