/**
 * Base, pending and view: {@link dev.tideline.edge.replica.ReplicaCore} decides what a write or a
 * change makes of them, {@link dev.tideline.edge.replica.ReplicaDriver} keeps the two logs and the
 * lock around it. Writes come from the API through the journal, changes from the downlink; the
 * resulting view goes to the cache.
 */
@NullMarked
package dev.tideline.edge.replica;

import org.jspecify.annotations.NullMarked;
