/**
 * Where edges arrive: the conversation with each, from Hello to the end of the stream. It checks
 * who speaks, in which order, and hands each partition its share of a batch; reconcile decides,
 * fan-out sends. {@link dev.tideline.hub.ingest.IngestDriver} is the entry; {@link
 * dev.tideline.hub.ingest.IngestCore} decides what a frame means.
 */
@NullMarked
package dev.tideline.hub.ingest;

import org.jspecify.annotations.NullMarked;
