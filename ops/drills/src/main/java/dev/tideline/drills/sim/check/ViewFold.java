package dev.tideline.drills.sim.check;

import dev.tideline.codec.ValueCodec;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.edge.replica.Reading;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.Value;

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

  /** Whether a watcher that was told everything holds what the edge shows of a key. */
  boolean pictured(EdgeMachine edge, QualifiedKey key, Reading reading, Value held, boolean last) {
    var shown = ValueCodec.encode(reading.state(), reading.token(), reading.pendingLocal());
    boolean same =
        shown.getContentCase() == held.getContentCase()
            && shown.getBytes().equals(held.getBytes())
            && shown.getCounter() == held.getCounter()
            && (isDead(shown) || shown.getPendingLocal() == held.getPendingLocal());
    if (!same && last) {
      findings.report(
          invariant(),
          "a watcher at %s holds of %s %s, shown is %s"
              .formatted(edge.name(), key, text(held), text(shown)));
    }
    return same;
  }

  /** A state leaves out what is not there, and whether something of it is pending. */
  private static boolean isDead(Value value) {
    return value.getContentCase() == Value.ContentCase.CONTENT_NOT_SET;
  }

  private static String text(Value value) {
    var content =
        switch (value.getContentCase()) {
          case BYTES -> value.getBytes().toStringUtf8();
          case COUNTER -> Long.toString(value.getCounter());
          case CONTENT_NOT_SET -> "nothing";
        };
    return content + (value.getPendingLocal() ? ", pending" : "");
  }

  @Override
  public void answered(Answer answer) {
    if (answer.cursor() > history.head(answer.partition()) || answer.cannotBeJudged()) {
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
