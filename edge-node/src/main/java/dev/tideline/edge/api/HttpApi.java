package dev.tideline.edge.api;

import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.HttpAnswers;
import dev.tideline.runtime.HttpListener;
import dev.tideline.runtime.KeyPath;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.Setting;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Refusals;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge over HTTP/1.1: one virtual thread per connection, and the raw path, because keys are
 * never normalised. It finds the station for a request; {@link HttpReads} and {@link HttpWrites}
 * answer.
 */
public final class HttpApi implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  /** Counts refusals, whichever way the request came. */
  static final String REFUSALS = "tideline_edge_refusals_total";

  private static final String RECEIPTS = "/v1/receipts/";
  private static final String BATCH = "/v1/batch";
  private static final String NODE = "/v1/node";
  private static final String METRICS = "/metrics";
  private static final String OPENAPI = "/openapi.yaml";
  private static final Set<String> PATHS = Set.of(NODE, HttpInterests.PATH, METRICS, OPENAPI);
  private static final Set<String> ACTIONS = Set.of(BATCH, HttpInterests.ADD, HttpInterests.REMOVE);

  private final Metrics metrics;
  private final String grpcAddress;
  private final HttpAnswers answers;
  private final HttpReads reads;
  private final HttpWrites writes;
  private final HttpInterests interests;
  private final OpenApi openApi = new OpenApi();
  private final HttpListener listener;

  /**
   * Listens at once.
   *
   * @param grpcAddress told to who asks for the node
   * @param setting that names the port, for messages
   * @param port 0 for any that is free
   */
  public HttpApi(
      EdgeGateway gateway,
      Metrics metrics,
      String grpcAddress,
      String bind,
      Setting setting,
      int port) {
    this.grpcAddress = grpcAddress;
    this.metrics = metrics;
    answers = new HttpAnswers(new Refusals(metrics, REFUSALS));
    reads = new HttpReads(gateway, answers);
    interests = new HttpInterests(gateway.interests(), answers);
    var ignoredTraces =
        metrics.counter(
            "tideline_edge_traceparents_ignored_total",
            "Requests whose traceparent was none and was passed over.");
    writes = new HttpWrites(gateway, answers, ignoredTraces);
    listener = HttpListener.start(bind, setting, port, answers, this::handle);
  }

  /** The port that it listens on. */
  public int port() {
    return listener.port();
  }

  private void handle(ServerRequest request, ServerResponse response) {
    try {
      route(request, response);
    } catch (InvalidInputException e) {
      answers.refuse(
          response,
          new Refusal(ErrorCode.KEY_INVALID, e.problem(), "keys are UTF-8, 1 to 512 bytes"));
    } catch (RefusedException e) {
      answers.refuse(response, e.refusal());
    } catch (RuntimeException e) {
      LOG.atError()
          .setCause(e)
          .addKeyValue("trace_id", HttpParameters.traceId(request))
          .log("{} {} failed", request.prologue().method(), request.prologue().uriPath());
      answers.refuse(
          response, new Refusal(ErrorCode.INTERNAL, "the request failed: " + e, "see the log"));
    }
  }

  private void route(ServerRequest request, ServerResponse response) {
    var path = KeyPath.raw(request.prologue());
    var method = request.prologue().method().text().toUpperCase(Locale.ROOT);
    if (ACTIONS.contains(path)) {
      act(method, path, request, response);
    } else if (!PATHS.contains(path)
        && !path.startsWith("/health/")
        && !path.startsWith(RECEIPTS)) {
      key(method, path, request, response);
    } else if (answers.isGet(method, response)) {
      switch (path) {
        case METRICS -> HttpAnswers.metrics(response, metrics);
        case OPENAPI -> openApi.answer(response);
        case HttpInterests.PATH -> interests.list(response);
        case NODE -> reads.node(response, port(), grpcAddress);
        case "/health/live" -> HttpAnswers.health(response, true);
        case "/health/ready" -> reads.ready(response);
        default -> reads.receipt(path.substring(path.lastIndexOf('/') + 1), response);
      }
    }
  }

  private void act(String method, String path, ServerRequest request, ServerResponse response) {
    if (answers.isMethod("POST", method, response)) {
      switch (path) {
        case HttpInterests.ADD -> interests.add(request, response);
        case HttpInterests.REMOVE -> interests.remove(request, response);
        default -> writes.batch(request, response);
      }
    }
  }

  private void key(String method, String path, ServerRequest request, ServerResponse response) {
    boolean post = method.equals("POST");
    var parsed = KeyPath.parse(path, post);
    if (parsed.isEmpty() || NamespaceContract.RESERVED_NAMES.contains(parsed.get().namespace())) {
      throw new RefusedException(
          new Refusal(
              ErrorCode.ROUTE_UNKNOWN,
              "there is nothing at '%s'".formatted(path),
              "/v1/{namespace}/{key}, /v1/batch, /v1/receipts/{receipt}, /v1/node,"
                  + " /v1/node/interest, /v1/node/interest:add, /v1/node/interest:remove,"
                  + " /health/live,"
                  + " /health/ready, /metrics, /openapi.yaml"));
    }
    var target = new QualifiedKey(parsed.get().namespace(), Key.of(parsed.get().key()));
    switch (method) {
      case "GET" -> reads.key(target, request, response);
      case "PUT" -> writes.put(target, request, response);
      case "DELETE" -> writes.delete(target, request, response);
      case "POST" -> writes.action(target, parsed.get().action(), request, response);
      default -> writes.notAllowed(method, target, response);
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
