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
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge over HTTP/1.1: one virtual thread per connection, and the raw path, because keys are
 * never normalised. It finds the station for a request; {@link HttpReads} and {@link HttpWrites}
 * answer.
 */
public final class HttpApi implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);

  private static final String RECEIPTS = "/v1/receipts/";
  private static final String BATCH = "/v1/batch";

  private final HttpReads reads;
  private final HttpWrites writes;
  private final HttpListener listener;

  /**
   * Listens at once.
   *
   * @param setting that names the port, for messages
   * @param port 0 for any that is free
   */
  public HttpApi(EdgeGateway gateway, String bind, Setting setting, int port) {
    reads = new HttpReads(gateway);
    writes = new HttpWrites(gateway);
    listener = HttpListener.start(bind, setting, port, this::handle);
  }

  /** The port that it listens on. */
  public int port() {
    return listener.port();
  }

  private void handle(ServerRequest request, ServerResponse response) {
    try {
      route(request, response);
    } catch (InvalidInputException e) {
      HttpAnswers.refuse(
          response,
          new Refusal(ErrorCode.KEY_INVALID, e.problem(), "keys are UTF-8, 1 to 512 bytes"));
    } catch (RefusedException e) {
      HttpAnswers.refuse(response, e.refusal());
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", request.prologue().method(), request.prologue().uriPath(), e);
      HttpAnswers.refuse(
          response, new Refusal(ErrorCode.INTERNAL, "the request failed: " + e, "see the log"));
    }
  }

  private void route(ServerRequest request, ServerResponse response) {
    var path = request.prologue().uriPath().rawPath();
    var method = request.prologue().method().text().toUpperCase(Locale.ROOT);
    if (path.equals(BATCH)) {
      batch(method, request, response);
    } else if (!path.equals("/v1/node")
        && !path.startsWith("/health/")
        && !path.startsWith(RECEIPTS)) {
      key(method, path, request, response);
    } else if (HttpAnswers.isGet(method, response)) {
      switch (path) {
        case "/v1/node" -> reads.node(response, port());
        case "/health/live" -> HttpAnswers.health(response, true);
        case "/health/ready" -> reads.ready(response);
        default -> reads.receipt(path.substring(path.lastIndexOf('/') + 1), response);
      }
    }
  }

  private void batch(String method, ServerRequest request, ServerResponse response) {
    if (HttpAnswers.isMethod("POST", method, response)) {
      writes.batch(request, response);
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
              "/v1/{namespace}/{key}, /v1/batch, /v1/receipts/{receipt}, /v1/node, /health/live,"
                  + " /health/ready"));
    }
    var target = new QualifiedKey(parsed.get().namespace(), Key.of(parsed.get().key()));
    switch (method) {
      case "GET" -> reads.key(target, response);
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
