package dev.tideline.hub.reconcile;

import dev.tideline.model.HybridTime;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many idempotency keys all partitions together may hold. What is held is never forgotten to
 * make room, because a repetition would then count twice; at the limit further ones are refused.
 */
public final class IdempotencyBudget {

  /** Some 250 bytes of heap each: a quarter of a gigabyte when full. */
  public static final int KEYS_MAX = 1_000_000;

  /**
   * How long a key is known, and a verdict; a keyed mutation that is older cannot be told from a
   * repetition.
   */
  static final long RETENTION_MS = 30L * 24 * 60 * 60 * 1000;

  private final int keysMax;
  private final AtomicInteger keys = new AtomicInteger();

  /** A budget of so many keys. */
  public IdempotencyBudget(int keysMax) {
    this.keysMax = keysMax;
  }

  /**
   * Whether nobody can tell any more if a mutation of that time is a repetition; of one that a lost
   * history had decided there is no need to.
   */
  static boolean isBeyond(HybridTime made, long wallMs) {
    return made.millis() < wallMs - RETENTION_MS;
  }

  boolean full() {
    return keys.get() >= keysMax;
  }

  /** Takes one place; false if there is none. */
  boolean take() {
    if (keys.incrementAndGet() > keysMax) {
      keys.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Takes a place that the log says was there. */
  void takeAnyway() {
    keys.incrementAndGet();
  }

  void giveBack() {
    keys.decrementAndGet();
  }
}
