/**
 * Deterministic simulation: real edges and a real hub over a virtual disk, network, clock and
 * random source, in one thread, from one seed; with faults, and invariants checked on the way.
 * {@link dev.tideline.drills.sim.Simulation} runs one seed, {@link
 * dev.tideline.drills.sim.SimDrill} many.
 */
@NullMarked
package dev.tideline.drills.sim;

import org.jspecify.annotations.NullMarked;
