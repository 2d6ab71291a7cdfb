package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Judgement;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.SnapshotFrame;
import java.util.HashSet;
import java.util.Set;

/** Revisions leave no gap, are told once they are durable, and none is given twice in a term. */
final class DenseRevisions implements Check {

  private final Findings findings;
  private final History history;
  private final Set<Given> given = new HashSet<>();

  private record Given(int partition, long term, long revision) {}

  DenseRevisions(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.REVISIONS;
  }

  @Override
  public void recorded(long position, PartitionRecord record) {
    int partition = record.getPartition();
    findings.require(
        record.getFirstRevision() == history.head(partition) + 1,
        invariant(),
        "partition %d goes on at %d behind %d",
        partition,
        record.getFirstRevision(),
        history.head(partition));
    for (int i = 0; i < record.getDecisionsCount(); i++) {
      long revision = record.getFirstRevision() + i;
      findings.require(
          given.add(new Given(partition, record.getTerm(), revision)),
          invariant(),
          "revision %d of partition %d is given twice in one term",
          revision,
          partition);
    }
  }

  @Override
  public void judged(Judgement judgement) {
    for (var bytes : judgement.decision().getChangesList()) {
      long revision = Sent.change(bytes).revision();
      findings.require(
          revision == judgement.told().revision(),
          invariant(),
          "%s is decided at %d and makes a change of %d",
          judgement.told().id(),
          judgement.told().revision(),
          revision);
    }
  }

  @Override
  public void told(Conversation to, ChangeBatch batch) {
    durable(to, batch.getPartition(), batch.getToRevision(), "a batch of changes");
  }

  @Override
  public void told(Conversation to, SnapshotFrame frame) {
    for (var one : frame.getStart().getPartitionsList()) {
      durable(to, one.getPartition(), one.getStart().getRevision(), "a snapshot");
    }
  }

  private void durable(Conversation to, int partition, long revision, String what) {
    boolean known = revision <= history.head(partition);
    findings.require(
        revision == 0
            || (known && history.at(partition, revision).position() <= to.hub().log().durable()),
        invariant(),
        "%s tells of revision %d of partition %d before it is durable",
        what,
        revision,
        partition);
  }
}
