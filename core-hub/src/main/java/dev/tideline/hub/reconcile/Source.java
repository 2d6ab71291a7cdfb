package dev.tideline.hub.reconcile;

import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;

/** Where mutations come from: one process of one edge. */
public record Source(EdgeId edge, long incarnation) {

  static Source of(MutationId id) {
    return new Source(id.edge(), id.incarnation());
  }
}
