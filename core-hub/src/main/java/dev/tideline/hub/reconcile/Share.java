package dev.tideline.hub.reconcile;

import dev.tideline.wire.v1.Mutation;
import java.util.List;

/**
 * What one batch holds for one partition.
 *
 * @param mutations of the source, ascending by sequence, as received
 */
public record Share(Source source, int partition, List<Mutation> mutations) {}
