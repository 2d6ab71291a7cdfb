package dev.tideline.client;

import java.util.Optional;

/**
 * What became of a write.
 *
 * @param state FORGOTTEN if it was decided longer ago than verdicts are kept
 * @param verdict once it is decided
 * @param document the answer's body as it came, JSON
 */
public record ReceiptStatus(
    String receipt, State state, Optional<String> verdict, String document) {

  /** How far a write has come. */
  public enum State {
    PENDING,
    LOST,
    DECIDED,
    FORGOTTEN
  }
}
