/**
 * Traffic as the users of an edge make it: warehouse scanners that add stock and game servers that
 * read and update players. {@link dev.tideline.drills.load.Load} is where to begin. What was
 * acknowledged stands in the {@link dev.tideline.drills.load.Ledger}, for {@code drills.check} to
 * hold against what the nodes say afterwards.
 */
@NullMarked
package dev.tideline.drills.load;

import org.jspecify.annotations.NullMarked;
