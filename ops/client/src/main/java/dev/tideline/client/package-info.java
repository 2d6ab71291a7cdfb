/**
 * A small client of an edge's HTTP interface, and of the hub's admin port. {@link
 * dev.tideline.client.EdgeClient} is where to begin; every answer is a {@link
 * dev.tideline.client.Reply}, so that a refusal and an edge that cannot be reached are never mixed
 * up. {@link dev.tideline.client.WatchClient} follows keys over gRPC. {@link
 * dev.tideline.client.PersistentWriter} goes on until a keyed write is acknowledged.
 */
@NullMarked
package dev.tideline.client;

import org.jspecify.annotations.NullMarked;
