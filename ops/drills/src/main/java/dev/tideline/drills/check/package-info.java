/**
 * What must be true once everything is healed: nothing undecided, every node with the same bytes
 * under every key, nothing lost, nothing counted twice. {@link dev.tideline.drills.check.Checker}
 * is where to begin. It asks each node over its own HTTP port, and trusts no memory of values.
 */
@NullMarked
package dev.tideline.drills.check;

import org.jspecify.annotations.NullMarked;
