package dev.tideline.hub.heal;

import dev.tideline.codec.Ids;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.Former;
import dev.tideline.wire.v1.Mutation;
import java.util.Optional;

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

  /**
   * Its place among all that are decided again.
   *
   * @param before the place of the one that the same edge has sent before; empty if it is the first
   */
  Rank rank(Optional<Rank> before) {
    var at = position(former.getPosition());
    return Rank.of(
        partition,
        position(mutation.getContext().getSeen()),
        at.revision() > 0 ? Optional.of(at) : Optional.empty(),
        mutation.getHybridTime(),
        before);
  }

  /** Nothing here was judged yet: what is no position is told by whoever decides, not here. */
  private static Position position(dev.tideline.wire.v1.Position message) {
    return message.getRevision() < 0 ? Position.START : Ids.decode(message);
  }
}
