package dev.tideline.edge.uplink;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the hub is dialled again: full jitter (Brooker, Exponential Backoff And
 * Jitter, 2015), a random part of a limit that doubles. Guarded by the uplink's lock.
 */
final class Backoff {

  private static final long BASE_MS = 50;

  /** So that a hub that comes back is noticed within a few seconds. */
  private static final long CAP_MS = 3_000;

  private static final int DOUBLINGS_MAX = 10;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** A stream was taken by the hub. */
  void connected() {
    failures = 0;
  }

  /** Whether nothing has failed since the last stream that was taken. */
  boolean isFirst() {
    return failures == 0;
  }

  /** Until the next attempt, from 1 ms on; a hub that refused is given the longest limit. */
  long nextMs(UplinkState state) {
    boolean slowly = state == UplinkState.REFUSED;
    long limit = slowly ? CAP_MS : Math.min(CAP_MS, BASE_MS << Math.min(failures, DOUBLINGS_MAX));
    failures++;
    return random.nextLong(limit) + 1;
  }
}
