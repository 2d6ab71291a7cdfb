package dev.tideline.edge.replica;

/**
 * When a checkpoint is due, and what is kept of the journal although the hub has decided it: for a
 * hub that is set back to an older copy, the edges are the memory.
 *
 * @param logBytes of the apply log after which a checkpoint is due; with a large table, half the
 *     size of the last checkpoint if that is more
 * @param journalBytesMax of decided journal that is kept
 * @param journalAgeMaxMs for how long
 */
public record CheckpointRules(long logBytes, long journalBytesMax, long journalAgeMaxMs) {}
