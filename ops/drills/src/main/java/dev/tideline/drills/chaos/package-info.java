/**
 * Process chaos: a hub and edges as real processes, clients whose every request is recorded, and
 * one fault after the other, chosen by a seed. {@link dev.tideline.drills.chaos.ChaosDrill} is
 * where to begin. In the end everything is healed, and {@code drills.chaos.history} holds what
 * clients were told and shown against what the nodes have.
 */
@NullMarked
package dev.tideline.drills.chaos;

import org.jspecify.annotations.NullMarked;
