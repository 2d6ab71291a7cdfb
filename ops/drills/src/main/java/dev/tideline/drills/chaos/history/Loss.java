package dev.tideline.drills.chaos.history;

import dev.tideline.drills.chaos.history.Operation.Level;
import dev.tideline.drills.chaos.history.Operation.Outcome;

/**
 * An edge lost some of what it held, by no fault of its own.
 *
 * @param fromNs before it everything acknowledged by the edge was decided at the hub, or is not
 *     known to be: 0
 * @param atNs when the edge was gone
 */
public record Loss(String edge, Kind kind, long fromNs, long atNs, String why) {

  /** What is lost. */
  public enum Kind {
    /** All that the edge alone had, and its view: it was wiped, set back or damaged. */
    DISK(Level.HUB),
    /** What was not synced: the machine went down. The view keeps what the edge had synced. */
    MACHINE(Level.DISK);

    private final Level kept;

    Kind(Level kept) {
      this.kept = kept;
    }
  }

  /** Whether an operation may be gone by it, for all nodes and for good. */
  boolean covers(Operation operation) {
    return operation.edge().equals(edge)
        && operation.startNs() <= atNs
        && operation.endNs() >= fromNs
        && !isAtLeast(kind.kept, operation);
  }

  /** Whether an acknowledged operation may be missing in what the edge itself shows at a moment. */
  boolean hides(Operation operation, long atNsLater) {
    return operation.edge().equals(edge)
        && operation.startNs() <= atNs
        && atNsLater >= viewFromNs()
        && (kind == Kind.DISK || !isAtLeast(kind.kept, operation));
  }

  /** Whether who wrote at a later moment need not have seen what was shown at an earlier one. */
  boolean separates(String of, long earlierNs, long laterNs) {
    return of.equals(edge) && earlierNs <= atNs && laterNs >= viewFromNs();
  }

  private long viewFromNs() {
    return kind == Kind.DISK ? fromNs : atNs;
  }

  private static boolean isAtLeast(Level level, Operation operation) {
    return operation.outcome() instanceof Outcome.Acknowledged(var reached, var receipt)
        && reached.compareTo(level) >= 0;
  }
}
