package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import java.util.List;

/** Base and decisions agree: at every edge at its cursor, in the end at the hub. */
final class Convergence implements Check {

  private final Findings findings;
  private final History history;

  Convergence(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.CONVERGENCE;
  }

  @Override
  public void answered(Answer answer) {
    long head = history.head(answer.partition());
    if (answer.cursor() > head) {
      findings.report(
          invariant(),
          "%s is at %d of partition %d, the hub decided %d"
              .formatted(answer.edge().name(), answer.cursor(), answer.partition(), head));
    } else if (answer.pending().isEmpty()) {
      var expected = history.cellAt(answer.key(), answer.cursor());
      if (!history.same(answer.key(), expected, answer.reading().state())) {
        findings.report(
            invariant(),
            "%s shows %s at %d as %s; decided was %s"
                .formatted(
                    answer.edge().name(),
                    answer.key(),
                    answer.cursor(),
                    answer.reading().state(),
                    expected));
      }
    }
  }

  @Override
  public void atEnd(List<EdgeMachine> edges, HubMachine hub) {
    var reconcile = hub.stations().orElseThrow().reconcile();
    for (var key : history.keys()) {
      var state = reconcile.read(key).state();
      findings.require(
          history.same(key, history.cell(key), state),
          invariant(),
          "the hub holds %s as %s, decided was %s",
          key,
          state,
          history.cell(key));
    }
    edges.forEach(this::follows);
  }

  /** Two histories may be of one length. */
  private void follows(EdgeMachine edge) {
    for (var partition : edge.stations().orElseThrow().replica().progress().partitions()) {
      findings.require(
          history.stands(partition.number(), partition.cursor()),
          invariant(),
          "%s stands at %s of partition %d, of a history that is lost",
          edge.name(),
          partition.cursor(),
          partition.number());
    }
  }
}
