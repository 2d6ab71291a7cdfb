package dev.tideline.hub.reconcile;

import dev.tideline.wire.v1.Mutation;
import java.util.List;
import java.util.Optional;

/**
 * What one batch holds for one partition.
 *
 * @param mutations of the source, ascending by sequence, as received
 * @param again of each mutation, what is known of it of a history that the hub has lost; empty
 *     unless that is being healed
 */
public record Share(Source source, int partition, List<Mutation> mutations, List<Again> again) {

  /** A share of new mutations. */
  public Share(Source source, int partition, List<Mutation> mutations) {
    this(source, partition, mutations, List.of());
  }

  /** Whether what is retained is decided again: what nobody retains leaves gaps. */
  boolean healing() {
    return !again.isEmpty();
  }

  /** Of one that is decided again: what is known of it. */
  Optional<Again> again(int index) {
    return again.isEmpty() ? Optional.empty() : Optional.of(again.get(index));
  }
}
