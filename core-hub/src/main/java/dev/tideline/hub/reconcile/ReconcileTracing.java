package dev.tideline.hub.reconcile;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.runtime.telemetry.TraceSpan;
import dev.tideline.runtime.telemetry.Tracing;
import dev.tideline.wire.v1.PartitionRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;

/**
 * The span {@code hub.reconcile} of every traced decision: from the beginning of the share until
 * its record is durable, a child of the span in which the mutation was made. Safe for threads.
 */
final class ReconcileTracing {

  private final Tracing tracing;
  private final ChangeLogDriver changeLog;
  private final Clock clock;

  ReconcileTracing(Tracing tracing, ChangeLogDriver changeLog, Clock clock) {
    this.tracing = tracing;
    this.changeLog = changeLog;
    this.clock = clock;
  }

  /** When deciding begins; of no account without tracing. */
  Instant begin() {
    return tracing.on() ? clock.instant() : Instant.EPOCH;
  }

  /** A record has been appended at a position. */
  void decided(PartitionRecord record, Instant begun, long position) {
    if (!tracing.on()) {
      return;
    }
    var spans = new ArrayList<TraceSpan>();
    for (int i = 0; i < record.getDecisionsCount(); i++) {
      if (tracing.follows(record.getDecisions(i).getTraceContext())) {
        spans.add(span(record, i, begun));
      }
    }
    if (!spans.isEmpty()) {
      long decidedNs = System.nanoTime();
      changeLog.whenDurable(
          position,
          () -> {
            long waitedUs = (System.nanoTime() - decidedNs) / 1_000;
            spans.forEach(span -> span.set("tideline.durable_after_us", waitedUs).end());
          });
    }
  }

  private TraceSpan span(PartitionRecord record, int index, Instant begun) {
    var decision = record.getDecisions(index);
    return tracing
        .begin("hub.reconcile", decision.getTraceContext(), begun)
        .set("tideline.origin", record.getEdge())
        .set("tideline.sequence", decision.getSequence())
        .set("tideline.partition", record.getPartition())
        .set("tideline.revision", record.getFirstRevision() + index)
        .set("tideline.verdict", decision.getVerdict().name())
        .set("tideline.batch_size", record.getDecisionsCount());
  }
}
