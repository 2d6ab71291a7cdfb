package dev.tideline.edge.uplink;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How old reads may be: counted from the edge's own heartbeat that the last CaughtUp echoes, by the
 * larger of what wall clock and monotonic clock have advanced, so that a suspended machine does not
 * look fresh. Asked from any thread.
 */
public final class Freshness {

  /** Told where an edge never was caught up. */
  public static final long NEVER_MS = Long.MAX_VALUE;

  /** Heartbeats that the hub has not echoed; beyond this the oldest is given up. */
  private static final int UNANSWERED_MAX = 1024;

  private final Deque<Stamp> sent = new ArrayDeque<>();
  private volatile Stamp caughtUp;

  private record Stamp(long number, long wallMs, long monotonicNs, boolean monotonicKnown) {}

  /** Starts from what the apply log remembers; 0 if nothing. */
  public Freshness(long recoveredWallMs) {
    caughtUp = new Stamp(0, recoveredWallMs, 0, false);
  }

  synchronized void heartbeat(long number, long wallMs, long monotonicNs) {
    sent.addLast(new Stamp(number, wallMs, monotonicNs, true));
    if (sent.size() > UNANSWERED_MAX) {
      sent.removeFirst();
    }
  }

  /** Takes the echo of a heartbeat; its wall time. */
  synchronized long caughtUp(long number) {
    while (!sent.isEmpty() && sent.getFirst().number() <= number) {
      caughtUp = sent.removeFirst();
    }
    return caughtUp.wallMs();
  }

  /** A stream ended: what was sent on it is never echoed. */
  synchronized void forgetUnanswered() {
    sent.clear();
  }

  /**
   * Milliseconds since the edge knew that it held everything; {@link #NEVER_MS} if it never did.
   */
  public long stalenessMs(long wallMs, long monotonicNs) {
    var last = caughtUp;
    if (last.wallMs() == 0) {
      return NEVER_MS;
    }
    long byWall = wallMs - last.wallMs();
    long byMonotonic = last.monotonicKnown() ? (monotonicNs - last.monotonicNs()) / 1_000_000 : 0;
    return Math.max(0, Math.max(byWall, byMonotonic));
  }
}
