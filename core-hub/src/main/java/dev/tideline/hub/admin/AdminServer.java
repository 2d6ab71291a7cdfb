package dev.tideline.hub.admin;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Tally;
import dev.tideline.model.Catalog;
import dev.tideline.runtime.StartException;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The admin port. Requests run on virtual threads, one per connection. */
public final class AdminServer implements AutoCloseable {

  private final WebServer server;

  private AdminServer(WebServer server) {
    this.server = server;
  }

  /** What there is to be seen. */
  public record Views(
      ReconcileDriver reconcile,
      ChangeLogDriver changeLog,
      IngestDriver ingest,
      Tally tally,
      Catalog catalog) {}

  /**
   * Starts to listen.
   *
   * @param port 0 for any that is free
   * @throws StartException if it cannot be had
   */
  public static AdminServer start(String bind, int port, Views views) {
    requireFree(bind, port);
    var routes = new AdminRoutes(views);
    var server =
        WebServer.builder()
            .host(bind)
            .port(port)
            .shutdownHook(false)
            .routing(routing -> routing.any(routes))
            .build();
    server.start();
    // The server reports a port that it could not have by not running, not by an exception.
    if (!server.isRunning()) {
      throw cannotListen(bind, port, "the server did not start");
    }
    return new AdminServer(server);
  }

  /** Found out beforehand, because the server would put a stack trace into the log. */
  private static void requireFree(String bind, int port) {
    try (var probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(bind, port));
    } catch (IOException e) {
      throw cannotListen(bind, port, String.valueOf(e.getMessage()));
    }
  }

  private static StartException cannotListen(String bind, int port, String why) {
    return new StartException(
        "cannot listen on %s port %d (%s): stop what has the port, or set admin.port"
            .formatted(bind, port, why));
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
