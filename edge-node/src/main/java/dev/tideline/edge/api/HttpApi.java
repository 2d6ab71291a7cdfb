package dev.tideline.edge.api;

import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.QualifiedKey;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.KeyPath;
import dev.tideline.runtime.Refusal;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.net.InetAddress;
import java.net.UnknownHostException;
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

  private final HttpReads reads;
  private final HttpWrites writes;
  private final WebServer server;

  /** Listens at once; port 0 takes any free one. */
  public HttpApi(EdgeGateway gateway, String bind, int port) {
    reads = new HttpReads(gateway);
    writes = new HttpWrites(gateway);
    server =
        WebServer.builder()
            .address(address(bind))
            .port(port)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .connectionOptions(options -> options.tcpNoDelay(true))
            .addConnectionSelector(
                Http1ConnectionSelector.builder()
                    .config(Http1Config.builder().validatePath(false).build())
                    .build())
            .routing(routing -> routing.any(this::handle))
            .build()
            .start();
  }

  private static InetAddress address(String bind) {
    try {
      return InetAddress.getByName(bind);
    } catch (UnknownHostException e) {
      throw new InvalidInputException(
          "bind '%s' is not an address of this machine".formatted(bind));
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.port();
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
    switch (path) {
      case "/v1/node" -> HttpAnswers.onlyGet(method, response, () -> reads.node(response, port()));
      case "/health/live" -> HttpAnswers.onlyGet(method, response, () -> reads.live(response));
      case "/health/ready" -> HttpAnswers.onlyGet(method, response, () -> reads.ready(response));
      default -> {
        if (path.startsWith(RECEIPTS)) {
          var text = path.substring(RECEIPTS.length());
          HttpAnswers.onlyGet(method, response, () -> reads.receipt(text, response));
        } else {
          key(method, path, request, response);
        }
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
              "/v1/{namespace}/{key}, /v1/receipts/{receipt}, /v1/node, /health/live,"
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
    server.stop();
  }
}
