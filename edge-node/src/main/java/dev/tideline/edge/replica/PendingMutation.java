package dev.tideline.edge.replica;

import dev.tideline.model.Mutation;

/**
 * An own mutation that is not in the base yet.
 *
 * @param position in the journal
 * @param bytes that its record takes there
 */
record PendingMutation(Mutation mutation, long position, int bytes) {}
