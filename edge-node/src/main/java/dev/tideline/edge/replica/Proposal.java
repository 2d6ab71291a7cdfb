package dev.tideline.edge.replica;

import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.model.Mutation;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.Refusal;
import java.util.Map;

/** What the replica makes of a write before anything is journalled. */
sealed interface Proposal {

  /**
   * To be journalled, then made visible before the lock is let go.
   *
   * @param entries what its keys become
   */
  record Made(Mutation mutation, int partition, Map<QualifiedKey, CacheEntry> entries)
      implements Proposal {}

  /** The same request came before; its outcome is that of the first. */
  record Repeated(Receipt first) implements Proposal {}

  /** Not taken. */
  record Declined(Refusal refusal) implements Proposal {}
}
