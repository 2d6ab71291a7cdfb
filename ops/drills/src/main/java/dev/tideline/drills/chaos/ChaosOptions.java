package dev.tideline.drills.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What to do.
 *
 * @param seed decides which fault comes when, where and for how long, and what clients ask for; not
 *     how the processes run against each other
 * @param duration of the faults at least; longer if every kind does not find its turn in it
 * @param faults at least one; each is injected at least once
 * @param json where the result goes, too
 * @param history where the record of every operation is kept; a failing run keeps it anyway
 */
public record ChaosOptions(
    long seed,
    Duration duration,
    Set<ChaosFault> faults,
    Optional<Path> json,
    Optional<Path> history) {

  public ChaosOptions {
    if (faults.isEmpty()) {
      throw new IllegalArgumentException("no fault is left to inject: a drill needs one at least");
    }
    faults = Set.copyOf(EnumSet.copyOf(faults));
  }
}
