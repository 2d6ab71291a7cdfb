/**
 * What exists already, for edges that cannot get it from the change log: a walk over the canonical
 * table, on a connection of its own, that sends what is at or below a start that is durable. {@link
 * dev.tideline.hub.snapshot.SnapshotDriver} is the entry; {@link
 * dev.tideline.hub.snapshot.SnapshotCore} decides what of the table goes out. Everything newer
 * comes with the stream, from fan-out.
 */
@NullMarked
package dev.tideline.hub.snapshot;

import org.jspecify.annotations.NullMarked;
