package dev.tideline.runtime;

import io.helidon.http.DirectHandler;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;

/**
 * An HTTP/1.1 port of a process. There is one handler for everything, which takes the raw path: the
 * server's own routes normalise, and keys are not paths. Each connection has a virtual thread.
 */
public final class HttpListener implements AutoCloseable {

  private final WebServer server;

  private HttpListener(WebServer server) {
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @param setting that names the port, for the message
   * @param port 0 for any that is free
   * @param answers to what is not HTTP, and never comes to the handler
   * @throws StartException if it cannot be had
   */
  public static HttpListener start(
      String bind, Setting setting, int port, HttpAnswers answers, Handler handler) {
    PortPatience.awaitFree(bind, setting, port);
    var server =
        WebServer.builder()
            .host(bind)
            .port(port)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .connectionOptions(options -> options.tcpNoDelay(true))
            .addConnectionSelector(
                Http1ConnectionSelector.builder()
                    .config(Http1Config.builder().validatePath(false).build())
                    .build())
            .directHandlers(handlers(answers))
            .errorHandling(errors -> errors.includeEntity(true))
            .routing(routing -> routing.any(handler))
            .build()
            .start();
    // The server reports a port that it could not have by not running, not by an exception.
    if (!server.isRunning()) {
      throw PortPatience.cannotListen(bind, setting, port, "the server did not start");
    }
    return new HttpListener(server);
  }

  private static DirectHandlers handlers(HttpAnswers answers) {
    var handlers = DirectHandlers.builder();
    for (var event : DirectHandler.EventType.values()) {
      handlers.addHandler(event, answers::refuseRaw);
    }
    return handlers.build();
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
