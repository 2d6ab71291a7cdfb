package dev.tideline.drills.sim;

import java.util.EnumSet;
import java.util.Set;

/**
 * What one run is made of. Together with the release it decides everything that happens.
 *
 * @param steps events with faults; those of the end, without faults, come on top
 * @param edges 1 to {@value #EDGES_MAX}; 0: as the seed says
 * @param faults that may happen
 */
public record SimOptions(long seed, int steps, int edges, Set<FaultKind> faults) {

  /** More would only dilute what happens to each. */
  public static final int EDGES_MAX = 8;

  /** A run of this length takes about half a second. */
  public static final int STEPS_MAX = 10_000_000;

  /** Enough for most faults to meet each other. */
  public static final int STEPS = 10_000;

  public SimOptions {
    if (steps < 1 || steps > STEPS_MAX) {
      throw new IllegalArgumentException("--steps: 1 to %,d".formatted(STEPS_MAX));
    }
    if (edges < 0 || edges > EDGES_MAX) {
      throw new IllegalArgumentException("--edges: 1 to %d, or 0".formatted(EDGES_MAX));
    }
    faults = Set.copyOf(faults);
  }

  /** All faults, as many edges as the seed says. */
  public static SimOptions of(long seed) {
    return new SimOptions(seed, STEPS, 0, EnumSet.allOf(FaultKind.class));
  }

  public SimOptions withSeed(long other) {
    return new SimOptions(other, steps, edges, faults);
  }

  public SimOptions withSteps(int other) {
    return new SimOptions(seed, other, edges, faults);
  }

  public SimOptions withEdges(int other) {
    return new SimOptions(seed, steps, other, faults);
  }

  public SimOptions without(FaultKind kind) {
    var fewer = EnumSet.noneOf(FaultKind.class);
    faults.stream().filter(one -> one != kind).forEach(fewer::add);
    return new SimOptions(seed, steps, edges, fewer);
  }

  /** How to run just this again. */
  public String command() {
    var text = new StringBuilder("tideline drill sim --trace --seed " + seed);
    text.append(" --steps ").append(steps);
    if (edges > 0) {
      text.append(" --edges ").append(edges);
    }
    var all = EnumSet.allOf(FaultKind.class);
    all.removeAll(faults);
    if (!all.isEmpty()) {
      text.append(" --without ").append(String.join(",", all.stream().map(Enum::name).toList()));
    }
    return text.toString();
  }
}
