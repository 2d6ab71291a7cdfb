package dev.tideline.edge;

import dev.tideline.edge.api.EdgeGateway;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.RecordLog;
import java.time.Clock;

/** What is asked of an edge's stations whenever its metrics are read. */
final class EdgeGauges {

  private static final double MS_PER_SECOND = 1_000;

  private EdgeGauges() {}

  static void undecided(Metrics metrics, ReplicaDriver replica, Clock clock) {
    metrics.gauge(
        "tideline_edge_undecided_mutations",
        "Own writes that the hub has not decided, as far as this edge knows.",
        () -> replica.backlog().count());
    metrics.gauge(
        "tideline_edge_undecided_bytes",
        "The same in bytes of journal.",
        () -> replica.backlog().bytes());
    metrics.gauge(
        "tideline_edge_undecided_oldest_seconds",
        "Age of the oldest of them; 0 if there is none.",
        () -> {
          var backlog = replica.backlog();
          return backlog.count() == 0
              ? 0
              : Math.max(0, clock.millis() - backlog.oldestMs()) / MS_PER_SECOND;
        });
    metrics.gauge(
        "tideline_edge_quarantined_keys",
        "Keys that are not served: a change of theirs found no room, or could not be read.",
        replica::quarantined);
  }

  static void staleness(Metrics metrics, EdgeGateway gateway) {
    metrics.gauge(
        "tideline_edge_staleness_seconds",
        "Since this edge last knew that it held everything; +Inf if it never did.",
        () -> {
          long ms = gateway.stalenessMs();
          return ms == Freshness.NEVER_MS ? Double.POSITIVE_INFINITY : ms / MS_PER_SECOND;
        });
  }

  static void log(Metrics metrics, String name, RecordLog log) {
    metrics.gauge(
        "tideline_edge_log_first_record",
        "Position of the first record that a log still holds.",
        log::firstPosition,
        "log",
        name);
    metrics.gauge(
        "tideline_edge_log_records",
        "Position of the last record of a log.",
        log::lastPosition,
        "log",
        name);
  }

  static void storage(Metrics metrics, ViewCache cache, Journal journal) {
    metrics.gauge("tideline_edge_table_entries", "Keys held, tombstones included.", cache::size);
    metrics.gauge(
        "tideline_edge_table_bytes", "Off-heap bytes of the table.", () -> cache.table().bytes());
    metrics.gauge(
        "tideline_edge_table_entries_max",
        "Keys that there is room for.",
        () -> cache.table().entriesMax());
    metrics.gauge(
        "tideline_edge_disk_free_bytes",
        "What the logs may still take of the disk.",
        journal::freeBytes);
  }
}
