/**
 * What a process tells of itself: {@link dev.tideline.runtime.telemetry.Metrics} counts and is read
 * as Prometheus text, {@link dev.tideline.runtime.telemetry.Tracing} sends spans by OTLP, and
 * {@link dev.tideline.runtime.telemetry.TraceContext} is the 26 bytes that make spans of three
 * processes one trace. {@link dev.tideline.runtime.telemetry.Telemetry} holds them together and is
 * what a node is wired with. Cores know nothing of it: drivers and APIs count and make spans.
 */
@NullMarked
package dev.tideline.runtime.telemetry;

import org.jspecify.annotations.NullMarked;
