package dev.tideline.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** What clients of edge and hub share: a status of 4xx or 5xx is a refusal with its problem. */
final class NodeHttp implements AutoCloseable {

  private final HttpTransport transport;

  NodeHttp(String url) {
    this.transport = new HttpTransport(url);
  }

  String address() {
    return transport.address();
  }

  Reply<HttpResponse> send(HttpRequest request, Duration timeout) {
    return switch (transport.exchange(request, timeout)) {
      case Reply.Ok<HttpResponse>(var response) when response.status() >= 300 ->
          new Reply.Refused<>(Problem.of(response));
      case Reply<HttpResponse> other -> other;
    };
  }

  Reply<JsonNode> json(String target, Duration timeout) {
    return send(HttpRequest.get(target), timeout).map(NodeHttp::document);
  }

  @Override
  public void close() {
    transport.close();
  }

  /** The body as JSON; absent members if it is none. */
  static JsonNode document(HttpResponse response) {
    try {
      return Json.parse(response.body());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a node answered with broken JSON", e);
    }
  }
}
