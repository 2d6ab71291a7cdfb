package dev.tideline.hub.reconcile;

import dev.tideline.runtime.telemetry.Histogram;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.Verdict;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the hub decides, refuses and meets out of the ordinary: as metrics, and all but the
 * ordinary by name for the list of edges. Safe for threads.
 */
public final class Tally {

  private final Metrics metrics;
  private final LongAdder applied;
  private final LongAdder sessions;
  private final Histogram batches;
  private final Histogram durableAfter;
  private final ConcurrentHashMap<String, LongAdder> extraordinary = new ConcurrentHashMap<>();

  public Tally(Metrics metrics) {
    this.metrics = metrics;
    applied = verdictCounter(Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
    sessions = metrics.counter("tideline_hub_sessions_total", "Sessions of edges that have begun.");
    batches =
        metrics.sizes(
            "tideline_hub_batch_mutations", "Mutations decided in one record of the log.");
    durableAfter =
        metrics.seconds(
            "tideline_hub_sync_wait_seconds",
            "How long answers waited for the sync of the change log.");
  }

  /** A record of decisions is in the log. */
  void decided(PartitionRecord record) {
    batches.record(record.getDecisionsCount());
    int plain = 0;
    for (var decision : record.getDecisionsList()) {
      if (decision.getVerdict() == Verdict.APPLIED) {
        plain++;
      } else {
        verdict(decision);
      }
      if (decision.getClockClamped()) {
        count("clock clamped", "tideline_hub_clocks_clamped_total", "Times set back to the limit.");
      }
    }
    applied.add(plain);
  }

  private void verdict(Decision decision) {
    var reason = decision.getReason();
    var name = reason == Reason.REASON_UNSPECIFIED ? "" : " " + reason;
    extraordinary
        .computeIfAbsent(
            "verdict " + decision.getVerdict() + name,
            kind -> verdictCounter(decision.getVerdict(), reason))
        .increment();
  }

  private LongAdder verdictCounter(Verdict verdict, Reason reason) {
    return metrics.counter(
        "tideline_hub_verdicts_total",
        "Decisions by verdict and reason.",
        "verdict",
        verdict.name(),
        "reason",
        reason == Reason.REASON_UNSPECIFIED ? "" : reason.name());
  }

  /** An edge was not let in. */
  public void refused(Error.Code code) {
    count(
        "refused " + code,
        "tideline_hub_edges_refused_total",
        "Edges that were not let in, by the code they were told.",
        "code",
        code.name());
  }

  /** A session was ended for what the edge sent. */
  public void failed(Error.Code code) {
    count(
        "error " + code,
        "tideline_hub_sessions_failed_total",
        "Sessions ended with an error, by its code.",
        "code",
        code.name());
  }

  /** An edge could not apply a change. */
  public void nack() {
    count("nack", "tideline_hub_nacks_total", "Changes that an edge could not apply.");
  }

  /** A frame was passed over. */
  public void ignored(String kind) {
    count(kind, "tideline_hub_frames_ignored_total", "Frames passed over.", "kind", kind);
  }

  /** A session has begun. */
  public void session() {
    sessions.increment();
  }

  /** Something has become durable, nanoseconds after it was asked for. */
  public void durableAfter(long ns) {
    durableAfter.record(ns);
  }

  private void count(String kind, String metric, String help, String... labels) {
    extraordinary.computeIfAbsent(kind, name -> metrics.counter(metric, help, labels)).increment();
  }

  /** Everything out of the ordinary, by name. */
  public Map<String, Long> counts() {
    var sorted = new TreeMap<String, Long>();
    extraordinary.forEach((kind, count) -> sorted.put(kind, count.sum()));
    return sorted;
  }
}
