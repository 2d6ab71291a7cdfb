package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;

/** What clients see is what the model makes of the base and of what is pending. */
final class ViewFold implements Check {

  private final Findings findings;
  private final History history;

  ViewFold(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.VIEW;
  }

  @Override
  public void answered(Answer answer) {
    if (answer.cursor() > history.head(answer.partition()) || answer.reachesUnheld()) {
      return;
    }
    if (!answer.pending().isEmpty()) {
      var expected = history.view(answer.key(), answer.cursor(), answer.pending());
      if (!history.same(answer.key(), expected, answer.reading().state())) {
        findings.report(
            invariant(),
            "%s shows %s at %d with %d pending as %s; it should be %s"
                .formatted(
                    answer.edge().name(),
                    answer.key(),
                    answer.cursor(),
                    answer.pending().size(),
                    answer.reading().state(),
                    expected));
      }
    }
    boolean touched =
        answer.pending().stream().anyMatch(one -> one.mutation().targets().contains(answer.key()));
    if (touched != answer.reading().pendingLocal()) {
      findings.report(
          invariant(),
          "%s says of %s that something of it is %spending"
              .formatted(answer.edge().name(), answer.key(), touched ? "not " : ""));
    }
  }
}
