package dev.tideline.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client of one edge. Any number of threads may share one; calls block. */
public final class EdgeClient implements AutoCloseable {

  /** On top of what the edge may wait for the hub, so that its answer is heard. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  private static final String JSON = "application/json";
  private static final String INTERESTS = "/v1/node/interest";

  private final NodeHttp http;
  private final Duration timeout;

  /**
   * A client that waits at most {@code timeout} for an answer, or what a write itself allows and a
   * margin, if that is longer.
   *
   * @param url {@code http://HOST:PORT}
   * @throws IllegalArgumentException if {@code url} is not of this form
   */
  public EdgeClient(String url, Duration timeout) {
    this.http = new NodeHttp(url);
    this.timeout = timeout;
  }

  /** {@code host:port} of the edge. */
  public String address() {
    return http.address();
  }

  /** Reads a value; a key without one is refused with status 404. */
  public Reply<Value> get(String namespace, String key) {
    return http.send(HttpRequest.get(Paths.of(namespace, key)), timeout).map(Value::of);
  }

  /** Writes. */
  public Reply<Written> write(Write write) {
    var wait = write.options().timeout().map(MARGIN::plus).filter(w -> w.compareTo(timeout) > 0);
    return http.send(request(write), wait.orElse(timeout)).map(EdgeClient::written);
  }

  /** What became of a write. */
  public Reply<ReceiptStatus> receipt(String receipt) {
    var target = "/v1/receipts/" + Paths.encode(receipt).replace("/", "%2F");
    return http.send(HttpRequest.get(target), timeout)
        .map(
            response -> {
              var document = NodeHttp.document(response);
              return new ReceiptStatus(
                  document.path("receipt").asText(receipt),
                  ReceiptStatus.State.valueOf(document.path("state").asText()),
                  text(document, "verdict"),
                  response.body().text());
            });
  }

  /** How the edge is. */
  public Reply<NodeStatus> node() {
    return http.json("/v1/node", timeout).map(NodeStatus::of);
  }

  /** What the edge wants to hold, {@code {"interests":[{"interest":…,"state":…}]}}. */
  public Reply<JsonNode> interests() {
    return http.json(INTERESTS, timeout);
  }

  /** Has the edge hold more, such as {@code zone=eu}; all of it afterwards. */
  public Reply<JsonNode> addInterests(List<String> interests) {
    return changeInterests(":add", interests);
  }

  /** Has the edge hold less; all of it afterwards. */
  public Reply<JsonNode> removeInterests(List<String> interests) {
    return changeInterests(":remove", interests);
  }

  private Reply<JsonNode> changeInterests(String action, List<String> interests) {
    var body = JsonNodeFactory.instance.objectNode();
    interests.forEach(body.putArray("interests")::add);
    return http.send(
            HttpRequest.of(
                "POST",
                INTERESTS + action,
                Bytes.utf8(body.toString()),
                Map.of("Content-Type", JSON)),
            timeout)
        .map(NodeHttp::document);
  }

  /** Whether the edge serves: recovered, listening, and knowing a catalog. */
  public boolean ready() {
    return http.send(HttpRequest.get("/health/ready"), timeout) instanceof Reply.Ok;
  }

  @Override
  public void close() {
    http.close();
  }

  private static HttpRequest request(Write write) {
    var path = Paths.of(write.namespace(), write.key());
    var query = write.options().query();
    var headers = write.options().headers();
    return switch (write.action()) {
      case Write.Action.Put(var value, var contentType) ->
          HttpRequest.of("PUT", path + query, value, with(headers, "Content-Type", contentType));
      case Write.Action.Delete() -> HttpRequest.of("DELETE", path + query, headers);
      case Write.Action.Add(var delta) ->
          HttpRequest.of(
              "POST",
              path + ":add" + query,
              Bytes.utf8("{\"delta\":%d}".formatted(delta)),
              with(headers, "Content-Type", JSON));
    };
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    var all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return all;
  }

  private static Written written(HttpResponse response) {
    var document = NodeHttp.document(response);
    return new Written(
        document.path("receipt").asText(),
        Ack.parse(document.path("ack").asText()),
        text(document, "verdict"),
        response.version(),
        response.body().text());
  }

  private static Optional<String> text(JsonNode document, String field) {
    return Optional.of(document.path(field)).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }
}
