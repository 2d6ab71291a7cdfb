package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.world.World;

/** What was decided before the time that an answer claims to know of is in it. */
final class Freshness implements Check {

  private final World world;
  private final Findings findings;
  private final History history;

  Freshness(World world, Findings findings, History history) {
    this.world = world;
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.FRESHNESS;
  }

  @Override
  public void answered(Answer answer) {
    long next = answer.cursor() + 1;
    boolean claims = answer.stalenessMs() <= world.nowUs() / 1000;
    if (!claims || next > history.head(answer.partition()) || answer.edge().clock().wentBack()) {
      return;
    }
    long missedUs = world.nowUs() - history.at(answer.partition(), next).atUs();
    if (missedUs > (answer.stalenessMs() + 2) * 1000) {
      findings.report(
          invariant(),
          "%s shows %s as at most %d ms old, and lacks what was decided %d us ago"
              .formatted(answer.edge().name(), answer.key(), answer.stalenessMs(), missedUs));
    }
  }
}
