package dev.tideline.edge.replica;

import dev.tideline.model.MutationId;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;
import java.util.Optional;

/**
 * What the hub decided of an own mutation.
 *
 * @param revision exact for a verdict that was told; for plain APPLIED, at or before it
 * @param first of a duplicate: the mutation that it repeats
 */
public record OwnVerdict(
    MutationId id, Verdict verdict, Reason reason, long revision, Optional<MutationId> first) {}
