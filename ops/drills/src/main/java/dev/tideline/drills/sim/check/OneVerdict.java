package dev.tideline.drills.sim.check;

import dev.tideline.codec.Verdicts;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Judgement;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.PartitionRecord;

/** Every mutation is decided in its order, with its watermark, and its origin hears just that. */
final class OneVerdict implements Check {

  private final Findings findings;
  private final History history;

  OneVerdict(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.ONE_VERDICT;
  }

  @Override
  public void recorded(long position, PartitionRecord record) {
    boolean marked =
        record.getWatermarksList().stream()
            .anyMatch(
                mark ->
                    mark.getEdge().equals(record.getEdge())
                        && mark.getIncarnation() == record.getIncarnation()
                        && mark.getSequence()
                            == record.getDecisions(record.getDecisionsCount() - 1).getSequence());
    findings.require(marked, invariant(), "record %d decides without its watermark", position);
  }

  /** A decision of what nobody made. */
  void unknown(Decided told) {
    findings.report(invariant(), told.id() + " is decided, but nobody made it there");
  }

  @Override
  public void judged(Judgement judgement) {
    var mutation = judgement.made().mutation();
    findings.require(
        mutation.previousSequence() == judgement.lastDecided(),
        invariant(),
        "%s is decided behind sequence %d, not %d",
        mutation.id(),
        judgement.lastDecided(),
        mutation.previousSequence());
  }

  @Override
  public void told(Conversation to, ChangeBatch batch) {
    for (var verdict : batch.getVerdictsList()) {
      var id =
          new MutationId(new EdgeId(to.edge()), verdict.getIncarnation(), verdict.getSequence());
      findings.require(
          history
              .decidedAs(id)
              .filter(it -> it.verdict() == Verdicts.decode(verdict.getVerdict()))
              .filter(it -> it.revision() == verdict.getRevision())
              .isPresent(),
          invariant(),
          "%s is told to be %s at %d, which it is not",
          id,
          verdict.getVerdict(),
          verdict.getRevision());
    }
    if (batch.getToRevision() <= history.head(batch.getPartition())) {
      missing(to, batch);
    }
  }

  private void missing(Conversation to, ChangeBatch batch) {
    for (long revision = batch.getFromRevision(); revision <= batch.getToRevision(); revision++) {
      var decided = history.at(batch.getPartition(), revision);
      boolean own = decided.id().edge().text().equals(to.edge());
      if (own && decided.verdict() != Verdict.APPLIED) {
        long sequence = decided.id().sequence();
        findings.require(
            batch.getVerdictsList().stream().anyMatch(it -> it.getSequence() == sequence),
            invariant(),
            "the verdict of %s is not told with its revision",
            decided.id());
      }
    }
  }

  /** A client hears what became of its write. */
  void verdict(EdgeMachine edge, MutationId id, OwnVerdict told) {
    if (history.everLost(id)) {
      // It may be the verdict of a history that is lost.
      return;
    }
    var decided = history.decided(id);
    findings.require(
        decided.filter(it -> it.verdict() == told.verdict()).isPresent(),
        invariant(),
        "%s tells that %s is %s, decided is %s",
        edge.name(),
        id,
        told.verdict(),
        decided);
  }
}
