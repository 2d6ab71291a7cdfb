package dev.tideline.drills.sim.world;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Chance. Each area of a run has dice of its own, so that one fault more does not change what
 * clients write.
 */
public final class Dice {

  private final SplittableRandom random;

  public Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Dice of their own for somebody else. */
  public Dice split() {
    return new Dice(random.split());
  }

  /** For code that asks the machine for randomness. */
  public RandomGenerator generator() {
    return random;
  }

  /** From one number to another, both included. */
  public long between(long low, long high) {
    return random.nextLong(low, high + 1);
  }

  /** The same, but small ones are more likely. */
  public long skewed(long low, long high) {
    return low + (long) (random.nextDouble() * random.nextDouble() * (high - low + 1));
  }

  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Whether what happens that often in a thousand times happens. */
  public boolean perMille(int often) {
    return random.nextInt(1000) < often;
  }

  public <T> T oneOf(List<T> things) {
    return things.get(random.nextInt(things.size()));
  }
}
