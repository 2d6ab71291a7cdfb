package dev.tideline.edge.uplink;

import dev.tideline.runtime.telemetry.Histogram;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.wire.v1.HubHeartbeat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** How the stream to the hub is: connections, round trip, and how far the two clocks are apart. */
final class UplinkCounts {

  private final LongAdder connections;
  private final Histogram roundTrip;
  private volatile long skewMs;

  UplinkCounts(Metrics metrics, Supplier<HubStatus> status) {
    connections =
        metrics.counter(
            "tideline_edge_hub_connections_total", "Sessions with the hub that have begun.");
    roundTrip =
        metrics.seconds(
            "tideline_edge_hub_round_trip_seconds",
            "From a heartbeat to its echo, in whole milliseconds, behind the data under way.");
    metrics.gauge(
        "tideline_edge_clock_skew_seconds",
        "How far the hub's wall clock is ahead of this edge's, by the last heartbeat.",
        () -> skewMs / (double) TimeUnit.SECONDS.toMillis(1));
    for (var state : UplinkState.values()) {
      metrics.gauge(
          "tideline_edge_hub_state",
          "1 for the state in which this edge is with its hub.",
          () -> status.get().state() == state ? 1 : 0,
          "state",
          state.name());
    }
  }

  void connected() {
    connections.increment();
  }

  /** The hub echoes the wall time of the heartbeat that it answers, and adds its own. */
  void heartbeat(HubHeartbeat heartbeat, long wallMs) {
    long roundTripMs = wallMs - heartbeat.getEdgeClockMs();
    if (heartbeat.getEdgeClockMs() > 0 && roundTripMs >= 0) {
      roundTrip.record(TimeUnit.MILLISECONDS.toNanos(roundTripMs));
      skewMs = heartbeat.getClockMs() + roundTripMs / 2 - wallMs;
    }
  }
}
