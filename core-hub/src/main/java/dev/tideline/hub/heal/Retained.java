package dev.tideline.hub.heal;

import dev.tideline.hub.reconcile.Source;
import dev.tideline.wire.v1.Former;
import dev.tideline.wire.v1.Mutation;

/**
 * A mutation that an edge retains.
 *
 * @param former what became of it in the lost history; the default instance if the edge does not
 *     know it to have been decided
 */
public record Retained(int partition, Source source, Mutation mutation, Former former) {

  /** Whether both are decided together. */
  boolean goesWith(Retained other) {
    return partition == other.partition && source.equals(other.source);
  }

  /** When it was made, of which an unsigned comparison says the order. */
  long time() {
    return mutation.getHybridTime();
  }
}
