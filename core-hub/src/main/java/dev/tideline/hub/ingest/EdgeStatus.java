package dev.tideline.hub.ingest;

import dev.tideline.model.EdgeId;

/**
 * How an edge stands, for operators.
 *
 * @param incarnation met last
 * @param fence of the newest session; 0 if there was none since the hub started
 * @param lag revisions decided but not yet acknowledged as applied, over all partitions
 * @param lastSeenMs milliseconds since 1970; 0 if not since the hub started
 */
public record EdgeStatus(
    EdgeId edge, long incarnation, boolean connected, long fence, long lag, long lastSeenMs) {}
