package dev.tideline.hub.reconcile;

import dev.tideline.model.Position;
import dev.tideline.model.State;
import java.util.Map;

/**
 * What has been decided of a key, and of the mutations of an edge in its partition. It must not be
 * told before the change log is durable to where it ended afterwards.
 *
 * @param changeRevision of the key's last change; 0 if it was never written
 * @param asOf the partition's head when it was read
 * @param included by incarnation of the edge: up to where its mutations have been decided
 */
public record KeyAnswer(
    long changeRevision, State state, Position asOf, Map<Long, Long> included) {}
