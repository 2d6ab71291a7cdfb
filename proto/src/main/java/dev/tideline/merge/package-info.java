/**
 * One pure rule per data type behind one sealed interface. The same function runs at the edge, to
 * predict, and at the hub, to decide; it has no state, no clock and no library.
 */
@NullMarked
package dev.tideline.merge;

import org.jspecify.annotations.NullMarked;
