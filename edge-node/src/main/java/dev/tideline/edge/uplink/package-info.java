/**
 * The stream to the hub: {@link dev.tideline.edge.uplink.UplinkDriver} dials and keeps it, {@link
 * dev.tideline.edge.uplink.UplinkCore} decides what its frames mean. Up goes what the journal
 * holds; down comes what the hub decided, to the replica.
 */
@NullMarked
package dev.tideline.edge.uplink;

import org.jspecify.annotations.NullMarked;
