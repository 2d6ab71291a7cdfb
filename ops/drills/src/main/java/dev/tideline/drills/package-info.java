/** Drills: an installation under load and faults, and the proof that nothing was lost. */
@NullMarked
package dev.tideline.drills;

import org.jspecify.annotations.NullMarked;
