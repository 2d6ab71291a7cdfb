package dev.tideline.edge.uplink;

import dev.tideline.edge.replica.Settled;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.runtime.telemetry.Tracing;
import java.time.Clock;
import java.time.Instant;

/**
 * The span {@code edge.apply} of every traced change that this edge has applied, a child of the
 * span in which it was written, at whichever edge that was.
 */
final class ApplyObserver {

  private final EdgeId edge;
  private final Clock clock;
  private final Tracing tracing;

  ApplyObserver(EdgeId edge, Clock clock, Telemetry telemetry) {
    this.edge = edge;
    this.clock = clock;
    tracing = telemetry.tracing();
  }

  /** When applying begins; of no account without tracing. */
  Instant begin() {
    return tracing.on() ? clock.instant() : Instant.EPOCH;
  }

  void applied(Instant begun, int partition, Settled settled) {
    for (var traced : settled.traced()) {
      if (tracing.follows(traced.traceContext())) {
        tracing
            .begin("edge.apply", traced.traceContext(), begun)
            .set("tideline.edge", edge.text())
            .set("tideline.origin", traced.origin().edge().text())
            .set("tideline.partition", partition)
            .set("tideline.revision", traced.revision())
            .end();
      }
    }
  }
}
