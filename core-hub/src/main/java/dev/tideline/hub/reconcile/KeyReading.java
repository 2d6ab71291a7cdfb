package dev.tideline.hub.reconcile;

import dev.tideline.model.Position;
import dev.tideline.model.State;

/**
 * What has been decided of a key.
 *
 * @param asOf the partition's head when it was read
 * @param logPosition it must not be told before the change log is durable to here
 */
public record KeyReading(State state, Position asOf, long logPosition) {}
