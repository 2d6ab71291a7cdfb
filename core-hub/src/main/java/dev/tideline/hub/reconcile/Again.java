package dev.tideline.hub.reconcile;

import dev.tideline.model.Position;
import dev.tideline.wire.v1.Former;

/**
 * What is known of a mutation that is decided again.
 *
 * @param former what became of it in a history that the hub has lost; the default instance if
 *     nobody knows
 * @param behind where it stood at the earliest, if that is not known exactly: behind this
 */
public record Again(Former former, Position behind) {}
