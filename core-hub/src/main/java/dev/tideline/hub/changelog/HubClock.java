package dev.tideline.hub.changelog;

import dev.tideline.model.HybridClock;
import dev.tideline.model.HybridTime;
import java.util.function.LongSupplier;

/**
 * The hub's clocks: the wall's and the hybrid one, which is written into every record of the change
 * log so that it never goes back, not over a restart either. Safe for threads.
 */
public final class HubClock {

  private final LongSupplier wallMs;
  private final HybridClock hybrid = new HybridClock(HybridTime.ZERO);

  public HubClock(LongSupplier wallMs) {
    this.wallMs = wallMs;
  }

  /** Milliseconds since 1970 by the machine's clock. */
  public long wallMs() {
    return wallMs.getAsLong();
  }

  /** A reading above every earlier one and every observed one. */
  public synchronized HybridTime next() {
    return hybrid.next(wallMs());
  }

  /** The highest reading made or observed. */
  public synchronized HybridTime latest() {
    return hybrid.latest();
  }

  /** Moves forward to a reading made elsewhere. */
  public synchronized void observe(HybridTime time) {
    hybrid.observe(time);
  }
}
