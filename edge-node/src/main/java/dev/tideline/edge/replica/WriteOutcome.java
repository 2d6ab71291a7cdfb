package dev.tideline.edge.replica;

import dev.tideline.model.Receipt;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.Refusal;
import java.util.Optional;

/** What became of a write at the replica: it is merged and journalled, but not synced. */
public sealed interface WriteOutcome {

  /**
   * Journalled, or a repetition of what was journalled before.
   *
   * @param position in the journal, to be synced before the write is acknowledged as DISK
   * @param token what its writer has seen who sees what it made of the keys; empty if repeated
   */
  record Journalled(Receipt receipt, long position, Optional<VersionToken> token)
      implements WriteOutcome {}

  /** Not taken; nothing was written. */
  record Declined(Refusal refusal) implements WriteOutcome {}
}
