package dev.tideline.hub.ingest;

import dev.tideline.hub.reconcile.PartitionStatus;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.PartitionProgress;

/**
 * Where an edge starts in one partition. The terms that both have followed show how far their
 * histories are one: up to the end of the newest common term, at whichever of the two it ended
 * first. An edge within that goes on behind its cursor; an edge beyond it knows of decisions that
 * this hub never made, or made and lost, and must heal.
 */
sealed interface StartPlan {

  /** The first revision that the edge lacks. */
  record Resume(long from) implements StartPlan {}

  /** The last revision that both know. */
  record Heal(Position fork) implements StartPlan {}

  /**
   * The plan for one partition.
   *
   * @param edge what Hello says of it
   * @param edgeAhead whether the edge knows a mutation of its own as decided that the hub does not
   */
  static StartPlan of(PartitionProgress edge, PartitionStatus hub, boolean edgeAhead) {
    long cursor = edge.getCursor().getRevision();
    var fork = fork(edge, hub, cursor);
    if (cursor > fork.revision()) {
      return new Heal(fork);
    }
    return edgeAhead ? new Heal(new Position(fork.term(), cursor)) : new Resume(cursor + 1);
  }

  private static Position fork(PartitionProgress edge, PartitionStatus hub, long cursor) {
    for (int i = edge.getTermsCount() - 1; i >= 0; i--) {
      long term = edge.getTerms(i).getTerm();
      for (int j = hub.terms().size() - 1; j >= 0; j--) {
        if (hub.terms().get(j).term() == term) {
          long endAtEdge =
              i + 1 < edge.getTermsCount() ? edge.getTerms(i + 1).getRevision() - 1 : cursor;
          long endAtHub =
              j + 1 < hub.terms().size() ? hub.terms().get(j + 1).revision() - 1 : hub.head();
          return new Position(term, Math.min(endAtEdge, endAtHub));
        }
      }
    }
    return Position.START;
  }
}
