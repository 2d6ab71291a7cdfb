package dev.tideline.drills.chaos.history;

import java.util.Map;

/**
 * What the nodes hold and say in the end, once all is healed and at rest.
 *
 * @param values by key, by node: the value's text, empty if there is none; or why it is not told,
 *     beginning with {@code !}
 * @param receipts by receipt: {@code DECIDED} and the verdict, {@code PENDING}, {@code LOST}, or
 *     why it is not told
 */
public record FinalState(Map<String, Map<String, String>> values, Map<String, String> receipts) {

  /** The node whose word counts. */
  public static final String HUB = "hub";

  public FinalState {
    values = Map.copyOf(values);
    receipts = Map.copyOf(receipts);
  }

  boolean isDecided(String receipt) {
    return receipts.getOrDefault(receipt, "").startsWith("DECIDED");
  }
}
