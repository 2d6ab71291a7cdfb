package dev.tideline.edge.api;

import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.model.Durability;
import dev.tideline.model.Receipt;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.Refusal;
import java.util.Optional;

/** What became of a write. */
public sealed interface WriteResult {

  /**
   * Journalled.
   *
   * @param reached what the acknowledgement means; never more than is true
   * @param asked what was asked for; above {@code reached} if the hub did not answer in time
   * @param verdict of the hub, if it is known
   * @param token what the writer has seen afterwards, its own write included
   */
  record Acknowledged(
      Receipt receipt,
      Durability reached,
      Durability asked,
      Optional<OwnVerdict> verdict,
      VersionToken token)
      implements WriteResult {}

  /** Not taken; nothing was written. */
  record Refused(Refusal refusal) implements WriteResult {}

  /** Journalled, but the sync failed: it may or may not survive. The edge ends. */
  record Uncertain(Receipt receipt) implements WriteResult {}
}
