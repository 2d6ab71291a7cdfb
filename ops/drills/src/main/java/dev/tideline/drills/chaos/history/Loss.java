package dev.tideline.drills.chaos.history;

/**
 * A disk of an edge lost what it held, as far as the hub had not decided it: it was wiped, set back
 * or damaged. What the edge alone had acknowledged in between may be gone; nothing else may.
 *
 * @param fromNs before it everything acknowledged by the edge was decided
 * @param atNs when the edge was gone
 */
public record Loss(String edge, long fromNs, long atNs, String why) {

  /** Whether an operation may be gone by it. */
  boolean covers(Operation operation) {
    return operation.edge().equals(edge)
        && operation.startNs() <= atNs
        && operation.endNs() >= fromNs
        && !(operation.outcome() instanceof Operation.Outcome.Acknowledged(var hub, var receipt)
            && hub);
  }

  /** Whether what an edge showed at one moment need not be shown at a later one. */
  boolean separates(String of, long earlierNs, long laterNs) {
    return of.equals(edge) && earlierNs <= atNs && laterNs >= fromNs;
  }
}
