/**
 * Checkpoints of the canonical table, so that a start need not replay the change log from its first
 * record, and the log can give back what nobody needs. {@link
 * dev.tideline.hub.checkpoint.CheckpointDriver} writes them while work goes on; {@link
 * dev.tideline.hub.checkpoint.CheckpointRestore} reads the newest into reconcile, ingest and the
 * log's index, before the rest of the log is replayed.
 */
@NullMarked
package dev.tideline.hub.checkpoint;

import org.jspecify.annotations.NullMarked;
