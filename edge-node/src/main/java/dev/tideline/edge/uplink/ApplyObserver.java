package dev.tideline.edge.uplink;

import dev.tideline.edge.replica.Settled;
import dev.tideline.model.Change;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Verdict;
import dev.tideline.runtime.telemetry.Histogram;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.runtime.telemetry.Tracing;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What is told of the changes that this edge applies: how many, how long after they were written,
 * the verdicts of own writes, and the span {@code edge.apply} of every traced one, a child of the
 * span in which it was written, at whichever edge that was.
 */
final class ApplyObserver {

  private static final String VISIBILITY = "tideline_edge_visibility_seconds";
  private static final String VISIBILITY_HELP =
      "From a write's hybrid time, in whole milliseconds, until its change is applied here.";

  private final EdgeId edge;
  private final Clock clock;
  private final Tracing tracing;
  private final Histogram ownVisible;
  private final Histogram otherVisible;
  private final LongAdder applied;
  private final LongAdder quarantined;
  private final Map<Verdict, LongAdder> verdicts = new EnumMap<>(Verdict.class);

  ApplyObserver(EdgeId edge, Clock clock, Telemetry telemetry) {
    this.edge = edge;
    this.clock = clock;
    tracing = telemetry.tracing();
    var metrics = telemetry.metrics();
    ownVisible = metrics.seconds(VISIBILITY, VISIBILITY_HELP, "origin", "own");
    otherVisible = metrics.seconds(VISIBILITY, VISIBILITY_HELP, "origin", "other");
    applied =
        metrics.counter("tideline_edge_changes_applied_total", "Changes applied to the base.");
    quarantined =
        metrics.counter(
            "tideline_edge_changes_quarantined_total", "Changes that could not be applied.");
    for (var verdict : Verdict.values()) {
      verdicts.put(verdict, counter(metrics, verdict));
    }
  }

  private static LongAdder counter(Metrics metrics, Verdict verdict) {
    var help = "Verdicts received for writes of this edge.";
    return metrics.counter("tideline_edge_verdicts_total", help, "verdict", verdict.name());
  }

  /** When applying begins; of no account without tracing. */
  Instant begin() {
    return tracing.on() ? clock.instant() : Instant.EPOCH;
  }

  void applied(Instant begun, int partition, Settled settled) {
    applied.add(settled.applied().size());
    quarantined.add(settled.notApplied().size());
    long wallMs = clock.millis();
    settled.applied().forEach(change -> visible(change, wallMs));
    for (var verdict : settled.verdicts()) {
      var counted = verdicts.get(verdict.verdict());
      if (counted != null) {
        counted.increment();
      }
    }
    for (var traced : settled.traced()) {
      if (tracing.follows(traced.traceContext())) {
        span(begun, partition, traced);
      }
    }
  }

  private void visible(Change change, long wallMs) {
    change
        .state()
        .written()
        .ifPresent(
            version -> {
              boolean own = version.origin().edge().equals(edge);
              long tookMs = wallMs - version.time().millis();
              (own ? ownVisible : otherVisible).record(TimeUnit.MILLISECONDS.toNanos(tookMs));
            });
  }

  private void span(Instant begun, int partition, Settled.Traced traced) {
    tracing
        .begin("edge.apply", traced.traceContext(), begun)
        .set("tideline.edge", edge.text())
        .set("tideline.origin", traced.origin().edge().text())
        .set("tideline.partition", partition)
        .set("tideline.revision", traced.revision())
        .end();
  }
}
