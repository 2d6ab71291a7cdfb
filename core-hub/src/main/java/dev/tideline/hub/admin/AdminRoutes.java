package dev.tideline.hub.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tideline.hub.admin.AdminServer.Views;
import dev.tideline.hub.reconcile.KeyReading;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Every path of the admin port. It is taken apart here, raw: the server's own path parameters
 * normalise, and keys are not paths.
 */
final class AdminRoutes implements Handler {

  private static final HeaderName AS_OF = HeaderNames.create("Tideline-As-Of-Revision");
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final String BYTES = "application/octet-stream";
  private static final String DATA = "/v1/";

  private final Views views;

  AdminRoutes(Views views) {
    this.views = views;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    if (!request.prologue().method().equals(Method.GET)) {
      response.header(HeaderNames.ALLOW, "GET");
      refuse(
          response,
          new Refusal(
              ErrorCode.OPERATION_NOT_ALLOWED,
              request.prologue().method().text() + " is not answered here",
              "the admin port only reads: write at an edge"));
      return;
    }
    var path = request.prologue().uriPath().rawPath();
    switch (path) {
      case "/health/live" -> health(response, true);
      case "/health/ready" -> health(response, views.ingest().serving());
      case "/v1/edges" -> send(response, 200, JSON, edges());
      case "/v1/partitions" -> send(response, 200, JSON, partitions());
      default -> {
        if (path.startsWith(DATA)) {
          read(path.substring(DATA.length()), response);
        } else {
          refuse(response, unknownRoute(path));
        }
      }
    }
  }

  private static void health(ServerResponse response, boolean up) {
    var body = JsonNodeFactory.instance.objectNode().put("status", up ? "UP" : "DOWN");
    send(response, up ? 200 : 503, JSON, body);
  }

  private JsonNode edges() {
    var root = JsonNodeFactory.instance.objectNode();
    var edges = root.putArray("edges");
    for (var edge : views.ingest().edges()) {
      edges
          .addObject()
          .put("edge", edge.edge().text())
          .put("incarnation", Long.toHexString(edge.incarnation()))
          .put("connected", edge.connected())
          .put("fence", Long.toUnsignedString(edge.fence()))
          .put("lag", edge.lag())
          .put("lastSeenMs", edge.lastSeenMs());
    }
    var counts = root.putObject("counts");
    views.tally().counts().forEach(counts::put);
    return root;
  }

  private JsonNode partitions() {
    var root = JsonNodeFactory.instance.objectNode();
    var partitions = root.putArray("partitions");
    for (int i = 0; i < views.reconcile().layout().partitions(); i++) {
      var position = views.reconcile().status(i).position();
      partitions
          .addObject()
          .put("partition", i)
          .put("term", Long.toHexString(position.term()))
          .put("revision", position.revision());
    }
    root.putObject("changeLog")
        .put("last", views.changeLog().lastPosition())
        .put("durable", views.changeLog().durablePosition());
    return root;
  }

  private void read(String rest, ServerResponse response) {
    int slash = rest.indexOf('/');
    var namespace = slash < 0 ? rest : rest.substring(0, slash);
    if (views.catalog().find(namespace).isEmpty()) {
      refuse(response, unknownNamespace(namespace));
    } else if (slash < 0) {
      refuse(response, unknownRoute(DATA + rest));
    } else {
      try {
        var target = new QualifiedKey(namespace, RawPath.key(rest.substring(slash + 1)));
        var reading = views.reconcile().read(target);
        views.changeLog().awaitDurable(reading.logPosition());
        answer(target, reading, response);
      } catch (InvalidInputException e) {
        refuse(
            response,
            new Refusal(
                ErrorCode.KEY_INVALID,
                String.valueOf(e.getMessage()),
                "a key is 1 to 512 bytes of UTF-8, percent-encoded in the path"));
      }
    }
  }

  private static void answer(QualifiedKey target, KeyReading reading, ServerResponse response) {
    response.header(AS_OF, Long.toString(reading.asOf().revision()));
    switch (reading.state()) {
      case State.Register register when !register.dead() -> {
        var type = register.version().contentType();
        response.header(HeaderNames.CONTENT_TYPE, type.isEmpty() ? BYTES : type);
        response.send(register.version().value().toByteArray());
      }
      case State.Counter counter -> {
        response.header(HeaderNames.CONTENT_TYPE, JSON);
        response.send(Long.toString(counter.sum()));
      }
      case State.Register register -> refuse(response, unknownKey(target));
      case State.Absent absent -> refuse(response, unknownKey(target));
    }
  }

  private static Refusal unknownKey(QualifiedKey target) {
    return new Refusal(
        ErrorCode.KEY_UNKNOWN,
        "key '%s' has no value in namespace '%s'".formatted(target.key(), target.namespace()),
        "it was never written, or was deleted, as far as the hub has decided");
  }

  private Refusal unknownNamespace(String namespace) {
    var known =
        views.catalog().namespaces().stream()
            .map(NamespaceContract::name)
            .collect(Collectors.joining(", "));
    return new Refusal(
        ErrorCode.NAMESPACE_UNKNOWN,
        "namespace '%s' is not declared".formatted(namespace),
        "known namespaces: " + known);
  }

  private static Refusal unknownRoute(String path) {
    return new Refusal(
        ErrorCode.ROUTE_UNKNOWN,
        "nothing is at '%s'".formatted(path),
        "GET /health/live, /health/ready, /v1/edges, /v1/partitions, /v1/{namespace}/{key}");
  }

  /** A problem document by RFC 9457. */
  private static void refuse(ServerResponse response, Refusal refusal) {
    ObjectNode problem = JsonNodeFactory.instance.objectNode();
    problem
        .put("type", "about:blank")
        .put("title", refusal.code().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
        .put("status", refusal.code().httpStatus())
        .put("code", refusal.code().code())
        .put("detail", refusal.detail())
        .put("allowed", refusal.allowed());
    send(response, refusal.code().httpStatus(), PROBLEM, problem);
  }

  private static void send(ServerResponse response, int status, String type, JsonNode body) {
    response.status(Status.create(status));
    response.header(HeaderNames.CONTENT_TYPE, type);
    response.send(body.toString().getBytes(StandardCharsets.UTF_8));
  }
}
