package dev.tideline.hub.ingest;

import dev.tideline.codec.Ids;
import dev.tideline.hub.reconcile.PartitionStatus;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.PartitionProgress;
import java.util.List;
import java.util.Optional;

/**
 * Where an edge starts in one partition. The terms that both have followed show how far their
 * histories are one: up to the end of the newest common term, at whichever of the two it ended
 * first. An edge within that goes on behind its cursor; an edge beyond it knows of decisions that
 * this hub never made, or made and lost: the partition must heal, and then the edge needs a
 * snapshot in place of what it followed there. An edge from whose cursor on the log no longer holds
 * everything needs a snapshot.
 */
sealed interface StartPlan {

  /** The first revision that the edge lacks. */
  record Resume(long from) implements StartPlan {}

  /**
   * The stream begins behind {@code streamAfter}; what comes before is asked for by snapshot.
   *
   * @param fork if the edge is beyond it: what it followed behind it is no history any more
   */
  record Snapshot(String reason, Position streamAfter, Optional<Position> fork)
      implements StartPlan {}

  /** The last revision that both know, or the edge's own where it is not beyond that. */
  record Heal(Position fork) implements StartPlan {}

  /**
   * The plan for one partition.
   *
   * @param edge what Hello says of it
   * @param firstHeld the first revision from which on the log holds all
   * @param edgeAhead whether the edge knows a mutation of its own as decided that the hub does not
   */
  static StartPlan of(
      PartitionProgress edge, PartitionStatus hub, long firstHeld, boolean edgeAhead) {
    long cursor = edge.getCursor().getRevision();
    var fork = fork(edge, hub, cursor);
    boolean knowsMore = edgeAhead || !untold(edge, hub).isEmpty();
    if (cursor > fork.revision()) {
      return knowsMore || !hub.isHealed(Ids.decode(edge.getCursor()))
          ? new Heal(fork)
          : new Snapshot(
              "the hub was set back to %s, the edge is at %d".formatted(fork, cursor),
              hub.position(),
              Optional.of(fork));
    }
    if (knowsMore) {
      return new Heal(new Position(fork.term(), cursor));
    }
    return cursor == hub.head() || cursor + 1 >= firstHeld
        ? new Resume(cursor + 1)
        : new Snapshot(
            "the log begins with revision %d, the edge is at %d".formatted(firstHeld, cursor),
            hub.position(),
            Optional.empty());
  }

  /**
   * What something that the edge has yet to send saw of terms that the hub does not know: it was
   * set back, and nobody has told of those terms yet.
   */
  static List<Position> untold(PartitionProgress edge, PartitionStatus hub) {
    return edge.getSawList().stream().map(Ids::decode).filter(saw -> !hub.knows(saw)).toList();
  }

  /**
   * Where the stream goes on for an edge that was loading a snapshot when its session ended; the
   * head, which makes it start over, if the log or the history does not lead there.
   */
  static Position streamAfter(PartitionProgress edge, PartitionStatus hub, long firstHeld) {
    if (!edge.hasLoading()) {
      return hub.position();
    }
    var loading = edge.getLoading();
    long revision = loading.getRevision();
    var followed = PartitionProgress.newBuilder().setCursor(loading).addTerms(loading).build();
    boolean held = revision == hub.head() || revision + 1 >= firstHeld;
    boolean common = revision <= fork(followed, hub, revision).revision();
    return held && common ? new Position(loading.getTerm(), revision) : hub.position();
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
