package dev.tideline.hub.reconcile;

import dev.tideline.wire.v1.Former;
import dev.tideline.wire.v1.Mutation;
import java.util.List;

/**
 * What one batch holds for one partition.
 *
 * @param mutations of the source, ascending by sequence, as received
 * @param formers of each mutation, what became of it in a history that the hub has lost (the
 *     default instance if nobody knows); empty unless the partition is being healed
 */
public record Share(Source source, int partition, List<Mutation> mutations, List<Former> formers) {

  /** A share of new mutations. */
  public Share(Source source, int partition, List<Mutation> mutations) {
    this(source, partition, mutations, List.of());
  }

  /** Whether what is retained is decided again: what nobody retains leaves gaps. */
  boolean healing() {
    return !formers.isEmpty();
  }

  Former former(int index) {
    return formers.isEmpty() ? Former.getDefaultInstance() : formers.get(index);
  }
}
