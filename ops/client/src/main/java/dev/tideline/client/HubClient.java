package dev.tideline.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;

/** A client of the hub's admin port, read only. Any number of threads may share one. */
public final class HubClient implements AutoCloseable {

  private final NodeHttp http;
  private final Duration timeout;

  /**
   * A client that waits at most {@code timeout} for an answer.
   *
   * @param url {@code http://HOST:PORT}
   * @throws IllegalArgumentException if {@code url} is not of this form
   */
  public HubClient(String url, Duration timeout) {
    this.http = new NodeHttp(url);
    this.timeout = timeout;
  }

  /** {@code host:port} of the hub's admin port. */
  public String address() {
    return http.address();
  }

  /** What the hub has decided for a key; one without a value is refused with status 404. */
  public Reply<Value> get(String namespace, String key) {
    return http.send(HttpRequest.get(Paths.of(namespace, key)), timeout).map(Value::of);
  }

  /** The edges as the hub sees them. */
  public Reply<JsonNode> edges() {
    return http.json("/v1/edges", timeout);
  }

  /** The partitions as the hub has them. */
  public Reply<JsonNode> partitions() {
    return http.json("/v1/partitions", timeout);
  }

  /** The last revision that the hub has decided in each partition. */
  public Reply<Map<Integer, Long>> revisions() {
    return partitions()
        .map(
            document ->
                NodeStatus.revisionsOf(
                    document.isArray() ? document : document.path("partitions")));
  }

  /** Whether the hub serves. */
  public boolean ready() {
    return http.send(HttpRequest.get("/health/ready"), timeout) instanceof Reply.Ok;
  }

  @Override
  public void close() {
    http.close();
  }
}
