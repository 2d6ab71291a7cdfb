package dev.tideline.hub.admin;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Tally;
import dev.tideline.model.Catalog;
import dev.tideline.runtime.StartException;
import io.helidon.webserver.WebServer;
import java.net.BindException;

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
    var routes = new AdminRoutes(views);
    var server =
        WebServer.builder()
            .host(bind)
            .port(port)
            .shutdownHook(false)
            .routing(routing -> routing.any(routes))
            .build();
    try {
      return new AdminServer(server.start());
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof BindException bound) {
          throw new StartException(
              "cannot listen on %s port %d (%s): stop what has the port, or set admin.port"
                  .formatted(bind, port, bound.getMessage()));
        }
      }
      throw e;
    }
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
