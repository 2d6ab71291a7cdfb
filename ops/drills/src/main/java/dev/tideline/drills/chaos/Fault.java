package dev.tideline.drills.chaos;

import java.io.IOException;
import java.util.Random;

/** Something that can be made to go wrong. */
@FunctionalInterface
interface Fault {

  /**
   * Makes it go wrong and whole again; what may be chosen, {@code random} chooses.
   *
   * @throws IllegalStateException if it could not be made to go wrong, or does not become whole
   */
  void inject(Random random) throws InterruptedException, IOException;

  /** A span of time to suffer. */
  static long spanMs(Random random, int leastMs, int mostMs) {
    return (long) leastMs + random.nextInt(mostMs - leastMs + 1);
  }
}
