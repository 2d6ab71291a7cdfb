package dev.tideline.runtime;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/**
 * An HTTP/1.1 port of a process. There is one handler for everything, which takes the raw path: the
 * server's own routes normalise, and keys are not paths. Each connection has a virtual thread.
 */
public final class HttpListener implements AutoCloseable {

  /** How long a port may still belong to a predecessor that is dying. */
  private static final Duration PORT_PATIENCE = Duration.ofSeconds(5);

  private static final Duration PORT_RETRY = Duration.ofMillis(50);

  private final WebServer server;

  private HttpListener(WebServer server) {
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @param setting that names the port, for the message
   * @param port 0 for any that is free
   * @throws StartException if it cannot be had
   */
  public static HttpListener start(String bind, Setting setting, int port, Handler handler) {
    awaitFree(bind, setting, port);
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
            .routing(routing -> routing.any(handler))
            .build()
            .start();
    // The server reports a port that it could not have by not running, not by an exception.
    if (!server.isRunning()) {
      throw cannotListen(bind, setting, port, "the server did not start");
    }
    return new HttpListener(server);
  }

  /** Found out beforehand, because the server would put a stack trace into the log. */
  private static void awaitFree(String bind, Setting setting, int port) {
    long end = System.nanoTime() + PORT_PATIENCE.toNanos();
    while (true) {
      try (var probe = new ServerSocket()) {
        probe.bind(new InetSocketAddress(bind, port));
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw cannotListen(bind, setting, port, String.valueOf(e.getMessage()));
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PORT_RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted while waiting for a port");
    }
  }

  private static StartException cannotListen(String bind, Setting setting, int port, String why) {
    return new StartException(
        "cannot listen on %s port %d (%s): stop what has the port, or set %s"
            .formatted(bind, port, why, setting.key()));
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
