package dev.tideline.model;

/**
 * A hybrid logical clock (Kulkarni and others, 2014). It never goes back, exceeds everything it has
 * observed, and stays close to the wall clock that is passed in. It is guarded by its owner's lock.
 */
public final class HybridClock {

  private long last;

  /** Starts behind everything up to {@code restored}, the highest reading found in a log. */
  public HybridClock(HybridTime restored) {
    last = restored.bits();
  }

  /** A reading above every earlier one and every observed one. */
  public HybridTime next(long wallMs) {
    last = Math.max(HybridTime.ofMillis(wallMs).bits(), last + 1);
    return new HybridTime(last);
  }

  /** Moves forward to a reading made elsewhere. */
  public void observe(HybridTime time) {
    last = Math.max(last, time.bits());
  }

  /** The highest reading made or observed. */
  public HybridTime latest() {
    return new HybridTime(last);
  }
}
