/**
 * A first rough figure for throughput and visibility, with a hub in a process of its own: {@link
 * dev.tideline.benchmarks.RoughFigures}.
 */
@NullMarked
package dev.tideline.benchmarks;

import org.jspecify.annotations.NullMarked;
