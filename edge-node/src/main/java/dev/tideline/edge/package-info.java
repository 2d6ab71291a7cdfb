/**
 * The edge node: stands next to its clients, answers reads from an off-heap copy, journals every
 * write before it acknowledges it, and streams to the hub. {@link dev.tideline.edge.EdgeNode} wires
 * the stations; {@link dev.tideline.edge.EdgeMain} runs one as a process.
 */
@NullMarked
package dev.tideline.edge;

import org.jspecify.annotations.NullMarked;
