package dev.tideline.hub.checkpoint;

/**
 * When a checkpoint is due, and what is kept of the log although no restart needs it: an edge that
 * was away is served from it, beyond it by snapshot.
 *
 * @param logBytes of the change log after which a checkpoint is due; with a large table, half the
 *     size of the last checkpoint if that is more
 * @param retainedBytesMax of the log that are kept beyond need
 * @param retainedAgeMaxMs for how long
 * @param pinnedBytesMax of the log that are kept for who reads it or loads a snapshot at this
 *     moment; beyond, he begins anew with a snapshot
 */
public record CheckpointRules(
    long logBytes, long retainedBytesMax, long retainedAgeMaxMs, long pinnedBytesMax) {}
