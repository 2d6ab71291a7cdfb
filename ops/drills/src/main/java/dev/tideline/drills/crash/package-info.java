/**
 * Durability for real: a killed process proves nothing, because the page cache survives it. A real
 * hub and real edges write real files while everything that they force is recorded; images of their
 * disks are built as a lost machine would leave them, opened by real nodes, and checked. {@link
 * dev.tideline.drills.crash.CrashDrill} is where to begin.
 */
@NullMarked
package dev.tideline.drills.crash;

import org.jspecify.annotations.NullMarked;
