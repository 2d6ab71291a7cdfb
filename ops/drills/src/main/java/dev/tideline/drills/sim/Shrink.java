package dev.tideline.drills.sim;

import dev.tideline.drills.sim.Simulation.Result;
import dev.tideline.drills.sim.model.Invariant;
import java.util.ArrayList;
import java.util.Optional;

/** Looks for a smaller run in which the same invariant is broken. */
final class Shrink {

  private Shrink() {}

  static SimOptions of(Result failure) {
    var invariant = failure.violation().orElseThrow().invariant();
    var smallest = cut(failure);
    for (var kind : new ArrayList<>(smallest.faults())) {
      smallest = better(smallest, smallest.without(kind), invariant).orElse(smallest);
    }
    for (int edges = 1; edges < 4; edges++) {
      var fewer = better(smallest, smallest.withEdges(edges), invariant);
      if (fewer.isPresent()) {
        return fewer.get();
      }
    }
    return smallest;
  }

  /** What comes behind the violation is not needed. */
  private static SimOptions cut(Result failure) {
    int events = (int) Math.min(failure.events(), Integer.MAX_VALUE);
    return failure.options().withSteps(Math.min(events, failure.options().steps()));
  }

  private static Optional<SimOptions> better(
      SimOptions held, SimOptions tried, Invariant invariant) {
    var result = Simulation.run(tried.withSteps(held.steps()), 0);
    return result
        .violation()
        .filter(violation -> violation.invariant() == invariant)
        .map(violation -> cut(result));
  }
}
