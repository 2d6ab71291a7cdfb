package dev.tideline.hub.reconcile;

import dev.tideline.model.Position;
import java.util.List;
import java.util.Map;

/**
 * Where a snapshot of one partition begins, and what an edge must know of its own mutations there.
 * It must not be told before the change log is durable to where it ended afterwards.
 *
 * @param included by incarnation of the edge: up to where its mutations have been decided
 * @param forgotten by incarnation of the edge: up to where verdicts are no longer known
 * @param verdicts of its mutations other than plain APPLIED, above the revision asked for
 */
public record SnapshotBasis(
    Position start, Map<Long, Long> included, Map<Long, Long> forgotten, List<Told> verdicts) {

  public SnapshotBasis {
    included = Map.copyOf(included);
    forgotten = Map.copyOf(forgotten);
    verdicts = List.copyOf(verdicts);
  }

  /** What became of one of its mutations. */
  public record Told(long incarnation, long sequence, KeptVerdict verdict) {}
}
