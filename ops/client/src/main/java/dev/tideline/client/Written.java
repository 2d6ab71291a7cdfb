package dev.tideline.client;

import java.util.Optional;

/**
 * An acknowledged write.
 *
 * @param receipt with which to ask what became of it
 * @param ack the level really reached
 * @param verdict if the hub has decided already
 * @param version token of the outcome, for {@code If-Match}
 * @param document the answer's body as it came, JSON
 */
public record Written(
    String receipt, Ack ack, Optional<String> verdict, Optional<String> version, String document) {}
