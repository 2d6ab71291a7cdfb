package dev.tideline.edge.replica;

import dev.tideline.model.Receipt;
import dev.tideline.runtime.Refusal;

/** What became of a write at the replica: it is merged and journalled, but not synced. */
public sealed interface WriteOutcome {

  /**
   * Journalled, or a repetition of what was journalled before.
   *
   * @param position in the journal, to be synced before the write is acknowledged as DISK
   */
  record Journalled(Receipt receipt, long position, boolean repeated) implements WriteOutcome {}

  /** Not taken; nothing was written. */
  record Declined(Refusal refusal) implements WriteOutcome {}
}
