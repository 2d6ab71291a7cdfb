/**
 * Machines of a simulation, each with a disk, a clock and at most one process: the stations of a
 * real edge or hub. {@link dev.tideline.drills.sim.node.Installation} is the entry.
 */
@NullMarked
package dev.tideline.drills.sim.node;

import org.jspecify.annotations.NullMarked;
