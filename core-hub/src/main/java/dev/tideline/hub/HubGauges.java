package dev.tideline.hub;

import dev.tideline.hub.ingest.EdgeStatus;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Metrics.Sample;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What is asked of the hub's stations whenever its metrics are read. */
final class HubGauges {

  private HubGauges() {}

  static void register(Metrics metrics, HubStations.Storage storage, IngestDriver ingest) {
    var table = storage.table();
    metrics.gauge("tideline_hub_table_entries", "Keys held, tombstones included.", table::size);
    metrics.gauge("tideline_hub_table_bytes", "Off-heap bytes of the table.", table::bytes);
    metrics.gauge(
        "tideline_hub_table_entries_max", "Keys that there is room for.", table::entriesMax);
    var log = storage.log();
    metrics.gauge(
        "tideline_hub_disk_free_bytes", "What the log may still take of the disk.", log::freeBytes);
    metrics.gauge(
        "tideline_hub_changelog_records",
        "Position of the last record of the change log.",
        log::lastPosition);
    metrics.gauge(
        "tideline_hub_changelog_first_record",
        "Position of the first record that the change log still holds.",
        log::firstPosition);
    metrics.gauge(
        "tideline_hub_changelog_durable_records",
        "Position of the last record that is durable.",
        log::durablePosition);
    metrics.gauges(
        "tideline_hub_edge_lag_revisions",
        "Decisions that an edge has not yet told to have applied, over all partitions.",
        () -> perEdge(ingest, EdgeStatus::lag));
    metrics.gauges(
        "tideline_hub_edge_connected",
        "1 if the edge is connected.",
        () -> perEdge(ingest, edge -> edge.connected() ? 1 : 0));
    metrics.gauges(
        "tideline_hub_edge_last_seen_timestamp_seconds",
        "When the edge was last heard, in seconds since 1970; 0 if not since the hub started.",
        () -> perEdge(ingest, edge -> edge.lastSeenMs() / 1_000.0));
  }

  private static List<Sample> perEdge(IngestDriver ingest, ToDoubleFunction<EdgeStatus> value) {
    return ingest.edges().stream()
        .map(edge -> new Sample(value.applyAsDouble(edge), "edge", edge.edge().text()))
        .toList();
  }
}
