/**
 * The edge's own mutations, {@link dev.tideline.edge.journal.Journal}: what is acknowledged lies
 * here, and what is sent is read from here. The API's writes come in through the replica; the
 * uplink reads behind.
 */
@NullMarked
package dev.tideline.edge.journal;

import org.jspecify.annotations.NullMarked;
