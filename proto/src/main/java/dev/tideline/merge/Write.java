package dev.tideline.merge;

import dev.tideline.model.Context;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;

/**
 * One operation as a rule sees it.
 *
 * @param revision that the decision takes; 0 where an edge predicts
 */
public record Write(
    Operation operation, Context context, HybridTime time, MutationId id, long revision) {}
