package dev.tideline.hub.reconcile;

import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.LostTerm;
import dev.tideline.wire.v1.Unhealed;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a partition knows beside its part of the table, between two steps. By reference.
 *
 * @param terms with their first revisions, ascending
 * @param outcomes what became of mutations
 * @param keys idempotency keys
 * @param lost of histories that the hub has lost
 */
public record PartitionImage(
    int partition,
    long head,
    List<Position> terms,
    Map<Source, Watermark> watermarks,
    Outcomes outcomes,
    List<KeyUse> keys,
    Lost lost) {

  /**
   * What became of mutations.
   *
   * @param verdicts other than plain APPLIED
   * @param forgotten by source: up to where such verdicts were forgotten
   * @param reissued what those that were issued again were decided as
   */
  public record Outcomes(
      Map<MutationId, KeptVerdict> verdicts,
      Map<Source, Long> forgotten,
      Map<MutationId, Optional<MutationId>> reissued) {

    /** Nothing that needs a row. */
    public static final Outcomes NOTHING = new Outcomes(Map.of(), Map.of(), Map.of());

    public Outcomes {
      verdicts = Map.copyOf(verdicts);
      forgotten = Map.copyOf(forgotten);
      reissued = Map.copyOf(reissued);
    }
  }

  /**
   * Histories that the hub has lost.
   *
   * @param healed those that are dealt with
   * @param terms what was decided again of them
   * @param unhealed what nobody retains
   */
  public record Lost(List<HealedHistory> healed, List<LostTerm> terms, List<Unhealed> unhealed) {

    /** Nothing was ever lost. */
    public static final Lost NOTHING = new Lost(List.of(), List.of(), List.of());
  }

  /** An image of a partition that never lost anything. */
  public PartitionImage(
      int partition,
      long head,
      List<Position> terms,
      Map<Source, Watermark> watermarks,
      Outcomes outcomes,
      List<KeyUse> keys) {
    this(partition, head, terms, watermarks, outcomes, keys, Lost.NOTHING);
  }

  public PartitionImage {
    terms = List.copyOf(terms);
    watermarks = Map.copyOf(watermarks);
    keys = List.copyOf(keys);
  }
}
