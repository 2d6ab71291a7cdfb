/**
 * Real processes and real links for the demo, the drills and the benchmarks. {@link
 * dev.tideline.rig.Rig} is where to begin: it starts a hub and edges as processes of their own,
 * with a {@link dev.tideline.rig.LinkProxy} in every edge's uplink, and ends them all when it is
 * closed.
 */
@NullMarked
package dev.tideline.rig;

import org.jspecify.annotations.NullMarked;
