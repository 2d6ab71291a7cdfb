package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.model.Interests;

/**
 * The hub and whom it speaks to.
 *
 * @param machine the edge's
 * @param edge its id
 * @param sent what the edge wants, as far as the hub has said that it knows
 */
record Conversation(HubMachine hub, String machine, String edge, Interests sent) {}
