package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.SnapshotFrame;

/** The hub sends an edge nothing that it does not want. */
final class InterestOnly implements Check {

  private final Findings findings;

  InterestOnly(Findings findings) {
    this.findings = findings;
  }

  @Override
  public Invariant invariant() {
    return Invariant.INTEREST;
  }

  @Override
  public void told(Conversation to, ChangeBatch batch) {
    for (var bytes : batch.getChangesList()) {
      var change = Sent.change(bytes);
      if (!to.sent().covers(change.target())) {
        findings.report(
            invariant(),
            "%s is sent to %s, which wants %s".formatted(change.target(), to.edge(), to.sent()));
      }
    }
  }

  @Override
  public void told(Conversation to, SnapshotFrame frame) {
    for (var bytes : frame.getChunk().getChangesList()) {
      var change = Sent.change(bytes);
      if (!to.sent().covers(change.target())) {
        findings.report(
            invariant(),
            "a snapshot holds %s for %s, which asked for %s"
                .formatted(change.target(), to.edge(), to.sent()));
      }
    }
  }
}
