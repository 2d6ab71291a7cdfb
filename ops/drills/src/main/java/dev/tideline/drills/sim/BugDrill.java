package dev.tideline.drills.sim;

import dev.tideline.drills.sim.Simulation.Result;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Optional;

/** Plants one bug after the other and counts the seeds until a simulation finds it. */
public final class BugDrill {

  /** A bug that hides for longer is not found. */
  public static final int SEEDS_MAX = 2_000;

  private BugDrill() {}

  /**
   * What became of one bug.
   *
   * @param seeds that were needed
   * @param result of the last of them
   */
  record Found(int seeds, Result result) {}

  /** Runs it; true if every bug was found. */
  public static boolean run(Collection<Bug> bugs, int steps, int seedsMax, PrintWriter out) {
    int missed = 0;
    out.println("%-50s %5s  %s".formatted("bug", "seeds", "found by"));
    for (var bug : bugs) {
      var found = find(bug, steps, seedsMax);
      missed += found.isPresent() ? 0 : 1;
      out.println(
          "%-50s %5s  %s"
              .formatted(
                  bug,
                  found.map(it -> Integer.toString(it.seeds())).orElse("-"),
                  found
                      .flatMap(it -> it.result().violation())
                      .map(violation -> violation.invariant().title())
                      .orElse("not found")));
      out.flush();
    }
    out.println("%d bugs planted, %d not found".formatted(bugs.size(), missed));
    out.flush();
    return missed == 0;
  }

  /** Whether all holds where no bug is planted: otherwise it is not the bug that was found. */
  private static boolean isSound(SimOptions options) {
    return Simulation.run(options, 0).violation().isEmpty();
  }

  /** The first seed that finds a bug; empty if none does. */
  static Optional<Found> find(Bug bug, int steps, int seedsMax) {
    for (int seed = 1; seed <= seedsMax; seed++) {
      var options = SimOptions.of(seed).withSteps(steps);
      var result = Simulation.run(options, bug, 0);
      if (result.violation().isPresent() && isSound(options)) {
        return Optional.of(new Found(seed, result));
      }
    }
    return Optional.empty();
  }
}
