package dev.tideline.hub.reconcile;

import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import java.util.List;
import java.util.Map;

/**
 * What a partition knows beside its part of the table, between two steps. By reference.
 *
 * @param terms with their first revisions, ascending
 * @param verdicts other than plain APPLIED
 * @param forgotten by source: up to where such verdicts were forgotten
 * @param keys idempotency keys
 */
public record PartitionImage(
    int partition,
    long head,
    List<Position> terms,
    Map<Source, Watermark> watermarks,
    Map<MutationId, KeptVerdict> verdicts,
    Map<Source, Long> forgotten,
    List<KeyUse> keys) {

  public PartitionImage {
    terms = List.copyOf(terms);
    watermarks = Map.copyOf(watermarks);
    verdicts = Map.copyOf(verdicts);
    forgotten = Map.copyOf(forgotten);
    keys = List.copyOf(keys);
  }
}
