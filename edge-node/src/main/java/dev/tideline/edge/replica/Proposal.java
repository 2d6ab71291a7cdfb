package dev.tideline.edge.replica;

import dev.tideline.model.Mutation;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.Refusal;

/** What the replica makes of a write before anything is journalled. */
sealed interface Proposal {

  /** To be journalled, then merged. */
  record Made(Mutation mutation) implements Proposal {}

  /** The same request came before; its outcome is that of the first. */
  record Repeated(Receipt first) implements Proposal {}

  /** Not taken. */
  record Declined(Refusal refusal) implements Proposal {}
}
