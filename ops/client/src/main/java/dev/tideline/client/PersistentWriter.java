package dev.tideline.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Repeats a keyed write until it is acknowledged. A restart, a cut link or a full journal all look
 * the same from here: wait a little, with jitter so that many writers do not come back at once, and
 * send the same write with the same key. The edge sees to it that it counts once.
 */
public final class PersistentWriter {

  /** Short against a restart, long against a busy loop. */
  private static final Duration PAUSE_FIRST = Duration.ofMillis(10);

  /** So that a writer is back soon after its edge. */
  private static final Duration PAUSE_MOST = Duration.ofMillis(500);

  private final Function<Write, Reply<Written>> send;

  /** A writer to one edge. */
  public PersistentWriter(EdgeClient edge) {
    this(edge::write);
  }

  /** A writer over any way of sending. */
  public PersistentWriter(Function<Write, Reply<Written>> send) {
    this.send = send;
  }

  /**
   * Sends until there is an acknowledgement, a refusal that a repetition will not change, or
   * patience ends; the last answer.
   *
   * @param deadlineNs by {@link System#nanoTime}
   * @throws IllegalArgumentException if the write has no idempotency key
   */
  public Reply<Written> write(Write write, long deadlineNs) {
    if (write.options().idempotencyKey().isEmpty()) {
      throw new IllegalArgumentException("a write without an idempotency key must not be repeated");
    }
    long pauseMs = PAUSE_FIRST.toMillis();
    while (true) {
      var reply = send.apply(write);
      if (isFinal(reply) || System.nanoTime() - deadlineNs > 0) {
        return reply;
      }
      try {
        Thread.sleep(ThreadLocalRandom.current().nextLong(pauseMs / 2, pauseMs + 1));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return reply;
      }
      pauseMs = Math.min(pauseMs * 2, PAUSE_MOST.toMillis());
    }
  }

  private static boolean isFinal(Reply<Written> reply) {
    return switch (reply) {
      case Reply.Ok<Written> ok -> true;
      case Reply.Refused<Written>(var problem) ->
          problem.status() != 503 && problem.status() != 429;
      case Reply.Unreachable<Written> unreachable -> false;
    };
  }
}
