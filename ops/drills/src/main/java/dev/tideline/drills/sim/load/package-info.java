/**
 * Clients of simulated edges: they write so that much of it conflicts, read what is shown, and
 * roam. {@link dev.tideline.drills.sim.load.Clients} is the entry; each data type is one {@link
 * dev.tideline.drills.sim.load.TypeLoad}.
 */
@NullMarked
package dev.tideline.drills.sim.load;

import org.jspecify.annotations.NullMarked;
