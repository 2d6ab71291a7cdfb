package dev.tideline.drills.sim.model;

import dev.tideline.model.HybridTime;
import java.util.HashMap;
import java.util.Map;

/** What the hub makes of times that are too far ahead of its own. */
final class CutTimes {

  private static final long CLOCK_SKEW_MS = 60_000;

  /** By partition. */
  private final Map<Integer, HybridTime> last = new HashMap<>();

  /** The hub starts. */
  void forget() {
    last.clear();
  }

  /**
   * A mutation's time as it is taken.
   *
   * @param wallMs the hub's clock
   */
  HybridTime taken(int partition, HybridTime time, long wallMs) {
    var limit = HybridTime.ofMillis(wallMs + CLOCK_SKEW_MS);
    var before = last.getOrDefault(partition, HybridTime.ZERO);
    var cut = before.millis() == limit.millis() ? new HybridTime(before.bits() + 1) : limit;
    if (time.compareTo(cut) <= 0) {
      return time;
    }
    last.put(partition, cut);
    return cut;
  }
}
