/**
 * Clients whose every request is recorded. {@link dev.tideline.drills.chaos.client.ChaosClients} is
 * where to begin; {@link dev.tideline.drills.chaos.client.LastWords} asks the nodes in the end.
 */
@NullMarked
package dev.tideline.drills.chaos.client;

import org.jspecify.annotations.NullMarked;
