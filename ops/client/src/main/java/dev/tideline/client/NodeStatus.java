package dev.tideline.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an edge is.
 *
 * @param hubState CONNECTED, CONNECTING, DISCONNECTED, HEALING, FENCED, FORKED or REFUSED
 * @param hubDetail why, in words
 * @param undecided own mutations that the hub has not decided
 * @param stalenessMs how old its copy may be; empty if it never had one
 * @param revisions up to which revision it has applied each partition
 * @param document the answer as it came
 */
public record NodeStatus(
    String edge,
    String hubAddress,
    String hubState,
    String hubDetail,
    long undecided,
    Optional<Long> stalenessMs,
    Map<Integer, Long> revisions,
    JsonNode document) {

  static NodeStatus of(JsonNode document) {
    var staleness = document.path("stalenessMs");
    return new NodeStatus(
        document.path("edge").asText(),
        document.path("hub").path("address").asText(),
        document.path("hub").path("state").asText(),
        document.path("hub").path("detail").asText(),
        document.path("undecided").asLong(),
        staleness.isNumber() && staleness.asLong() >= 0
            ? Optional.of(staleness.asLong())
            : Optional.empty(),
        revisionsOf(document.path("partitions")),
        document);
  }

  /** Revision by partition. */
  static Map<Integer, Long> revisionsOf(JsonNode partitions) {
    var revisions = new TreeMap<Integer, Long>();
    for (var partition : partitions) {
      revisions.put(partition.path("partition").asInt(), partition.path("revision").asLong());
    }
    return revisions;
  }
}
