package dev.tideline.hub.admin;

import dev.tideline.hub.backup.BackupDriver;
import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.heal.HealDriver;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Tally;
import dev.tideline.model.Catalog;
import dev.tideline.runtime.HttpAnswers;
import dev.tideline.runtime.HttpListener;
import dev.tideline.runtime.Setting;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Refusals;

/** The admin port. Requests run on virtual threads, one per connection. */
public final class AdminServer implements AutoCloseable {

  private final HttpListener listener;

  private AdminServer(HttpListener listener) {
    this.listener = listener;
  }

  /** What there is to be seen. */
  public record Views(
      ReconcileDriver reconcile,
      ChangeLogDriver changeLog,
      IngestDriver ingest,
      HealDriver healer,
      BackupDriver backups,
      Tally tally,
      Catalog catalog,
      Metrics metrics) {}

  /**
   * Starts to listen.
   *
   * @param setting that names the port, for messages
   * @param port 0 for any that is free
   * @throws dev.tideline.runtime.StartException if it cannot be had
   */
  public static AdminServer start(String bind, Setting setting, int port, Views views) {
    var answers = new HttpAnswers(new Refusals(views.metrics(), "tideline_hub_refusals_total"));
    var routes = new AdminRoutes(views, answers);
    return new AdminServer(HttpListener.start(bind, setting, port, answers, routes));
  }

  /** The port it listens on. */
  public int port() {
    return listener.port();
  }

  @Override
  public void close() {
    listener.close();
  }
}
