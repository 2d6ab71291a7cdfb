/**
 * Watches a simulated installation and says what does not hold. {@link
 * dev.tideline.drills.sim.check.Auditor} is the entry; it sees what nodes write and say, and asks
 * them what they show.
 */
@NullMarked
package dev.tideline.drills.sim.check;

import org.jspecify.annotations.NullMarked;
