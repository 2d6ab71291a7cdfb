package dev.tideline.edge.replica;

import dev.tideline.model.Catalog;
import dev.tideline.model.HybridTime;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Layout;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.InterestsHeld;
import dev.tideline.wire.v1.Reissued;
import dev.tideline.wire.v1.VerdictsForgotten;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a replica knows beside its table, at one position of the apply log. Taken under the
 * replica's lock, by copying references only.
 *
 * @param retained last surviving sequence by incarnation
 * @param forgotten highest sequence by incarnation that the journal no longer holds
 * @param exceptions verdicts other than plain APPLIED
 * @param verdictsForgotten own mutations that are decided, and nobody knows how
 * @param forks incarnations that lived twice
 * @param reissued what was issued again of them
 * @param places where mutations were decided
 * @param quarantined each with the latest revision that it lacks
 * @param journalFrom everything in the journal before it is decided and included
 */
record ReplicaImage(
    Optional<Layout> layout,
    Catalog catalog,
    HybridTime clock,
    Map<Long, Long> retained,
    Map<Long, Long> forgotten,
    List<ReplicaProgress.Partition> partitions,
    List<OwnVerdict> exceptions,
    List<VerdictsForgotten> verdictsForgotten,
    List<OwnKey> ownKeys,
    List<ForkedIncarnation> forks,
    List<Reissued> reissued,
    Places places,
    Map<QualifiedKey, Long> quarantined,
    InterestsHeld interests,
    long journalFrom) {

  /** An idempotency key with its first use. */
  record OwnKey(IdempotencyScope scope, OwnKeys.Use use) {}
}
