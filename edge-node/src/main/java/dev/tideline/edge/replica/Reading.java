package dev.tideline.edge.replica;

import dev.tideline.model.State;
import dev.tideline.model.VersionToken;

/**
 * What a reader gets.
 *
 * @param token what the reader has seen, to be brought back by a conditional write
 * @param pendingLocal whether own mutations that the hub has not decided are in it
 * @param quarantined whether the state is known to be wrong and must not be served
 * @param held whether the key is here to be read: wanted and loaded
 */
public record Reading(
    State state, VersionToken token, boolean pendingLocal, boolean quarantined, boolean held) {}
