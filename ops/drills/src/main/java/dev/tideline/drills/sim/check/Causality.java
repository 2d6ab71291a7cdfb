package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Cell;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Judgement;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Verdict;
import java.util.HashSet;

/** The hub decides as the model does, which knows what every writer truly saw. */
final class Causality implements Check {

  private final Findings findings;

  Causality(Findings findings) {
    this.findings = findings;
  }

  @Override
  public Invariant invariant() {
    return Invariant.CAUSALITY;
  }

  @Override
  public void judged(Judgement judgement) {
    var told = judgement.told();
    boolean repeated =
        judgement.verdict() == Verdict.DUPLICATE || told.verdict() == Verdict.DUPLICATE;
    findings.require(
        repeated || judgement.verdict() == told.verdict(),
        invariant(),
        "%s is decided %s, by the model %s; its writer saw %s",
        told.id(),
        told.verdict(),
        judgement.verdict(),
        judgement.made().seen());
    var changed = new HashSet<QualifiedKey>();
    for (var bytes : judgement.decision().getChangesList()) {
      var change = Sent.change(bytes);
      var key = change.target();
      changed.add(key);
      var cell = judgement.cells().getOrDefault(key, Cell.NOTHING);
      findings.require(
          judgement.rules().model(key).same(cell, change.state()),
          invariant(),
          "%s makes of %s %s, by the model %s",
          told.id(),
          key,
          change.state(),
          cell);
    }
    findings.require(
        changed.equals(judgement.cells().keySet()),
        invariant(),
        "%s changes %s, by the model %s",
        told.id(),
        changed,
        judgement.cells().keySet());
  }
}
