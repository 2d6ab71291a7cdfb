package dev.tideline.edge.api;

import dev.tideline.edge.replica.ReplicaCore.Backlog;
import dev.tideline.edge.replica.ReplicaProgress;
import dev.tideline.edge.uplink.HubStatus;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;

/**
 * An edge as an operator sees it.
 *
 * @param keys held, tombstones included
 */
public record NodeStatus(
    EdgeId edge,
    ReplicaProgress progress,
    Catalog catalog,
    HubStatus hub,
    Backlog backlog,
    long stalenessMs,
    long keys) {}
