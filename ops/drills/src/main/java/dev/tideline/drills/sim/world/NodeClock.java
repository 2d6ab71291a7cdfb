package dev.tideline.drills.sim.world;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/** The wall clock of one machine: it may stand wrong, drift and jump. */
public final class NodeClock extends Clock {

  /** Some moment in 2026, in milliseconds since 1970. */
  private static final long BEGINNING_MS = 1_780_000_000_000L;

  private final World world;
  private long offsetMs;
  private long driftPpm;
  private boolean wentBack;

  public NodeClock(World world) {
    this.world = world;
  }

  /** Forward, or back. */
  public void jump(long byMs) {
    offsetMs += byMs;
    wentBack |= byMs < 0;
  }

  /** It is not the clock by which what lies on its disk was stamped. */
  public void distrust() {
    wentBack = true;
  }

  /** Whether it was ever set back, or went slow: then age by it alone means nothing. */
  public boolean wentBack() {
    return wentBack;
  }

  /** Goes fast, or slow, from here on. */
  public void drift(long ppm) {
    offsetMs = millis() - trueMs();
    driftPpm = ppm;
    wentBack |= ppm < 0;
    offsetMs -= drifted();
  }

  private long trueMs() {
    return BEGINNING_MS + world.nowUs() / 1000;
  }

  private long drifted() {
    return world.nowUs() / 1000 * driftPpm / 1_000_000;
  }

  @Override
  public long millis() {
    return trueMs() + offsetMs + drifted();
  }

  /** The same for a node that does not count some of the time. */
  public Clock without(LongSupplier us) {
    var all = this;
    return new Clock() {
      @Override
      public Instant instant() {
        return Instant.ofEpochMilli(all.millis() - us.getAsLong() / 1000);
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
