package dev.tideline.drills.chaos.history;

/**
 * One request of a client and what came of it. A request that is repeated is several operations.
 *
 * @param number unique, from 1
 * @param edge where it was sent
 * @param key {@code namespace/key}
 * @param startNs when it was sent, since the history began
 * @param endNs when its answer was there, or was given up
 */
public record Operation(
    long number,
    String client,
    String edge,
    String key,
    Action action,
    Outcome outcome,
    long startNs,
    long endNs) {

  /** What was asked for. */
  public sealed interface Action {

    /**
     * Replaces a register's value.
     *
     * @param value unique, so that whoever reads it names its writer
     */
    record Put(String value) implements Action {}

    /**
     * Adds to a counter.
     *
     * @param delta positive
     * @param intent idempotency key: however often it is sent, it counts once
     */
    record Add(long delta, String intent) implements Action {}

    /** Reads. */
    record Read() implements Action {}
  }

  /** What an acknowledgement promises, the least first. */
  public enum Level {
    /** Survives a killed process. */
    MEMORY,
    /** Survives a lost machine. */
    DISK,
    /** Survives a lost edge. */
    HUB
  }

  /** What came of it. */
  public sealed interface Outcome {

    /** It was written, and what that means. */
    record Acknowledged(Level level, String receipt) implements Outcome {}

    /**
     * It was read.
     *
     * @param value empty if there is none
     */
    record Value(String value) implements Outcome {}

    /** It was refused, and must have no effect. */
    record Refused(String code) implements Outcome {}

    /** It may have happened, or happen yet. */
    record Unknown(String why) implements Outcome {}
  }

  /** Whether it is a write that may have an effect. */
  public boolean mayHaveEffect() {
    return !(action instanceof Action.Read) && !(outcome instanceof Outcome.Refused);
  }
}
