/**
 * The core hub: wiring, settings, and what happens once at start. The way of a write through it is
 * {@link dev.tideline.hub.ingest} → {@link dev.tideline.hub.reconcile} → {@link
 * dev.tideline.hub.changelog} → {@link dev.tideline.hub.fanout}; {@link dev.tideline.hub.admin}
 * looks on. {@link dev.tideline.hub.CoreHub} is the entry, also for embedding.
 */
@NullMarked
package dev.tideline.hub;

import org.jspecify.annotations.NullMarked;
