package dev.tideline.hub.reconcile;

import dev.tideline.model.LostHistory;

/**
 * A history that the hub had lost, and what edges brought back of it.
 *
 * @param knownTo the last revision of it that any edge knew of
 * @param decidedAgain how many of its decisions were made again
 */
public record HealedHistory(LostHistory history, long knownTo, long decidedAgain) {

  /** How many of its decisions nobody retained, of those that any edge knew of. */
  public long missing() {
    return Math.max(0, knownTo - history.fork().revision() - decidedAgain);
  }
}
