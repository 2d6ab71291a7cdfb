/**
 * Figures by the rules for honest ones: {@link dev.tideline.benchmarks.Bench} is the entry. Hub and
 * edges are processes of their own on a real file system; every report carries floors that were
 * measured in the same run, and rows are medians of several runs.
 */
@NullMarked
package dev.tideline.benchmarks;

import org.jspecify.annotations.NullMarked;
