package dev.tideline.hub.reconcile;

import dev.tideline.codec.Ids;
import dev.tideline.codec.Verdicts;
import dev.tideline.model.MutationId;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.Decision;
import java.util.Optional;

/**
 * A verdict other than plain APPLIED, which is the rule and needs no row.
 *
 * @param first of which it is a DUPLICATE
 * @param wallMs when it was decided, in milliseconds since 1970
 */
public record KeptVerdict(
    long revision, Verdict verdict, Reason reason, Optional<MutationId> first, long wallMs) {

  static KeptVerdict of(Decision decision, long revision, long wallMs) {
    return new KeptVerdict(
        revision,
        Verdicts.decode(decision.getVerdict()),
        Verdicts.decode(decision.getReason()),
        decision.hasFirst() ? Optional.of(Ids.decode(decision.getFirst())) : Optional.empty(),
        wallMs);
  }
}
