package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Judgement;
import dev.tideline.drills.sim.model.Made;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * No sequence is used twice, nothing is decided twice, and counters are the sums of what counts.
 */
final class ExactlyOnce implements Check {

  private final Findings findings;
  private final History history;

  ExactlyOnce(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.EXACTLY_ONCE;
  }

  @Override
  public void journalled(Mutation mutation, boolean heldHere) {
    // What two copies write alike is one write to whoever hears of it.
    boolean ofOtherCopy = history.names().isShared(mutation.id()) && !heldHere;
    findings.require(
        ofOtherCopy || history.find(history.names().of(mutation)).isEmpty(),
        invariant(),
        "%s is given to two mutations",
        mutation.id());
  }

  @Override
  public void judged(Judgement judgement) {
    var told = judgement.told();
    findings.require(
        judgement.made().decided().isEmpty(), invariant(), "%s is decided twice", told.id());
    boolean repeated = judgement.verdict() == Verdict.DUPLICATE;
    findings.require(
        repeated == (told.verdict() == Verdict.DUPLICATE),
        invariant(),
        "%s is decided %s, by the model %s, for its idempotency key '%s'",
        told.id(),
        told.verdict(),
        judgement.verdict(),
        judgement.made().mutation().idempotencyKey());
    issuedAgain(judgement.made(), told.verdict());
  }

  /**
   * Its receipts and tokens would be answered with what is not meant, or it counts twice. Two
   * copies of a journal may both issue again what they hold, but then the second is a duplicate, or
   * not taken, as the first was not.
   */
  private void issuedAgain(Made made, Verdict verdict) {
    var reissues = history.reissues();
    var id = made.mutation().id();
    findings.require(
        !reissues.isUsedUp(id), invariant(), "%s is decided, but was issued again", id);
    for (var other : reissues.all(reissues.first(made.id()))) {
      findings.require(
          !verdict.counts() || other.equals(made.id()) || !counts(other),
          invariant(),
          "%s is decided, and so is %s, which is the same write",
          id,
          other);
    }
  }

  private boolean counts(MutationId id) {
    return history.decided(id).filter(it -> it.verdict().counts()).isPresent();
  }

  /** Added up from what clients wrote, without the model. */
  @Override
  public void atEnd(List<EdgeMachine> edges, HubMachine hub) {
    var sums = new HashMap<QualifiedKey, Long>();
    for (var made : history.allMade()) {
      if (counts(made.id())) {
        add(sums, made.mutation());
      }
    }
    var reconcile = hub.stations().orElseThrow().reconcile();
    sums.forEach(
        (key, sum) -> {
          var state = reconcile.read(key).state();
          findings.require(
              state instanceof State.Counter counter && counter.sum() == sum,
              invariant(),
              "%s is %s at the hub; what was added to it is %d",
              key,
              state,
              sum);
        });
  }

  private static void add(Map<QualifiedKey, Long> sums, Mutation mutation) {
    for (var operation : mutation.operations()) {
      if (operation instanceof Operation.Add add) {
        sums.merge(add.target(), add.delta(), Long::sum);
      }
    }
  }
}
