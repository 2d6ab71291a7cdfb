/**
 * The world of a simulation: time, chance, disks, threads and the network, all in one thread and
 * all from one seed. Nodes run in it as they run anywhere, over the ports that it implements.
 * {@link dev.tideline.drills.sim.world.World} is the entry.
 */
@NullMarked
package dev.tideline.drills.sim.world;

import org.jspecify.annotations.NullMarked;
