package dev.tideline.drills.check;

import dev.tideline.client.EdgeClient;
import dev.tideline.client.HubClient;
import java.util.List;

/**
 * The nodes that have to agree.
 *
 * @param edges in the order in which the ledger numbers them
 */
public record Installation(HubClient hub, List<NamedEdge> edges) {

  /** An edge with its configured name. */
  public record NamedEdge(String id, EdgeClient client) {}

  public Installation {
    edges = List.copyOf(edges);
  }
}
