package dev.tideline.drills.chaos.history;

/** Something that was promised and is not so. */
public record Violation(Rule rule, String what) {

  /** What is promised. */
  public enum Rule {
    /** All nodes have the same bytes under every key. */
    CONVERGED,
    /** What was acknowledged got its verdict. */
    DECIDED,
    /** A counter is the sum of what was acknowledged, each once, and of some that are unknown. */
    COUNTED_ONCE,
    /** A value was written by somebody, and was not refused. */
    WRITTEN,
    /** What was overwritten by who had seen it does not come back. */
    NOT_UNDONE,
    /** An edge shows what it acknowledged. */
    OWN_WRITES
  }

  @Override
  public String toString() {
    return rule + ": " + what;
  }
}
