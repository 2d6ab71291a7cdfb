package dev.tideline.hub.reconcile;

import dev.tideline.model.MutationId;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;
import java.util.Optional;

/**
 * A verdict other than plain APPLIED, which is the rule and needs no row.
 *
 * @param first of which it is a DUPLICATE
 * @param wallMs when it was decided, in milliseconds since 1970
 */
public record KeptVerdict(
    long revision, Verdict verdict, Reason reason, Optional<MutationId> first, long wallMs) {}
