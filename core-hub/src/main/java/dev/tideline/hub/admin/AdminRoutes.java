package dev.tideline.hub.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tideline.hub.admin.AdminServer.Views;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.HttpAnswers;
import dev.tideline.runtime.KeyPath;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.Release;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every path of the admin port. It is taken apart here, raw: the server's own path parameters
 * normalise, and keys are not paths.
 */
final class AdminRoutes implements Handler {

  private static final Logger LOG = LoggerFactory.getLogger(AdminRoutes.class);

  private final Views views;
  private final HttpAnswers answers;

  AdminRoutes(Views views, HttpAnswers answers) {
    this.views = views;
    this.answers = answers;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    if (!answers.isGet(request.prologue().method().text(), response)) {
      return;
    }
    try {
      route(KeyPath.raw(request.prologue()), response);
    } catch (InvalidInputException e) {
      answers.refuse(
          response,
          new Refusal(ErrorCode.KEY_INVALID, e.problem(), "keys are UTF-8, 1 to 512 bytes"));
    }
  }

  private void route(String path, ServerResponse response) {
    switch (path) {
      case "/health/live" -> HttpAnswers.health(response, true);
      case "/health/ready" -> HttpAnswers.health(response, views.ingest().serving());
      case "/metrics" -> HttpAnswers.metrics(response, views.metrics());
      case "/v1/edges" -> HttpAnswers.json(response, 200, edges());
      case "/v1/healing" -> HttpAnswers.json(response, 200, HealingPage.of(views));
      case "/v1/backup" -> backup(response);
      case "/v1/partitions" -> HttpAnswers.json(response, 200, partitions());
      default -> read(path, response);
    }
  }

  /** Streams for as long as it takes; whoever reads slowly keeps nobody but the next backup. */
  private void backup(ServerResponse response) {
    var begun = views.backups().begin();
    if (begun.isEmpty()) {
      answers.refuse(
          response,
          new Refusal(
              ErrorCode.NOT_ACCEPTED,
              "a backup is under way, or the hub stops",
              "one at a time: try again when it has ended"));
      return;
    }
    try (var backup = begun.get();
        var out =
            response.header(HeaderNames.CONTENT_TYPE, "application/octet-stream").outputStream()) {
      backup.copyTo(out);
    } catch (IOException | UncheckedIOException e) {
      // Whoever asked is gone, or has what there is: without its end it counts for nothing.
      LOG.info("a backup broke off: {}", e.toString());
    }
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
    root.put("version", Release.VERSION);
    root.putObject("changeLog")
        .put("last", views.changeLog().lastPosition())
        .put("durable", views.changeLog().durablePosition());
    return root;
  }

  private void read(String path, ServerResponse response) {
    var parsed = KeyPath.parse(path, false);
    if (parsed.isEmpty()) {
      answers.refuse(response, unknownRoute(path));
    } else if (views.catalog().find(parsed.get().namespace()).isEmpty()) {
      answers.refuse(response, unknownNamespace(parsed.get().namespace()));
    } else {
      var target = new QualifiedKey(parsed.get().namespace(), Key.of(parsed.get().key()));
      var reading = views.reconcile().read(target);
      views.changeLog().awaitDurable(reading.logPosition());
      answers.state(target, reading.state(), reading.asOf().revision(), response);
    }
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
        "GET /health/live, /health/ready, /metrics, /v1/edges, /v1/partitions,"
            + " /v1/healing, /v1/backup, /v1/{namespace}/{key}");
  }
}
