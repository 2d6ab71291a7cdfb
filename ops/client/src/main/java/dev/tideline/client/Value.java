package dev.tideline.client;

import java.util.Optional;

/**
 * A value as read from a node.
 *
 * @param version token of what was read, for {@code If-Match}
 * @param asOfRevision up to which revision of the partition the node's copy reaches
 * @param stalenessMs how old the node's copy may be
 * @param pendingLocal whether it includes writes that the hub has not decided
 */
public record Value(
    Bytes bytes,
    String contentType,
    Optional<String> version,
    Optional<String> asOfRevision,
    Optional<String> stalenessMs,
    Optional<String> pendingLocal) {

  static Value of(HttpResponse response) {
    return new Value(
        response.body(),
        response.header("content-type").orElse("application/octet-stream"),
        response.version(),
        response.header("tideline-as-of-revision"),
        response.header("tideline-staleness-ms"),
        response.header("tideline-pending-local"));
  }
}
