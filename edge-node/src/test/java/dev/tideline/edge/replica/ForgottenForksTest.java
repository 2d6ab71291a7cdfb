package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.upTo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.ReadAnswer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A fork of which the hub no longer knows all that it decided. */
class ForgottenForksTest extends ForkedReplica {

  /** It may be that of what another copy made. */
  @Test
  void aVerdictIsNotToldOfWhatTheHubHasForgotten() {
    var waiting = replica.verdict(own);
    replica.forks().leave(DRAW);
    settleUnknown();
    var duplicate =
        OwnVerdict.newBuilder()
            .setIncarnation(forked)
            .setSequence(2)
            .setRevision(1)
            .setVerdict(dev.tideline.wire.v1.Verdict.DUPLICATE);
    replica.apply(
        ChangeBatch.newBuilder()
            .setTerm(1)
            .setFromRevision(1)
            .setToRevision(1)
            .addVerdicts(duplicate)
            .addIncluded(upTo(own))
            .build());
    assertThat(replica.backlog().count()).isZero();
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(waiting).as("who waits is told nothing, and gives up in time").isNotDone();
  }

  @Test
  void whatNobodyKnowsAnyMoreIsSaidToBeForgotten() {
    replica.forks().leave(DRAW);
    settleUnknown();
    included(1, own);
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(journal()).hasSize(2);
  }

  @Test
  void whatTheHubHasForgottenIsIncludedOnceTheCursorIsWhereItWasDecided() {
    replica.forks().leave(DRAW);
    settleForgotten(2);
    decided(1);
    assertThat(replica.backlog().count()).isEqualTo(2);
    decided(2);
    assertThat(replica.backlog().count()).isZero();
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Forgotten.class);

    replica = restarted();
    assertThat(replica.backlog().count()).isZero();
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(journal()).hasSize(2);
  }

  @Test
  void whereItWasDecidedIsKnownAfterAKillAlsoIfNothingWasIssuedAgain() {
    replica.forks().leave(DRAW);
    settleForgotten(2);
    replica = restarted();
    assertThat(replica.forks().uncompared()).isEmpty();
    assertThat(replica.backlog().count()).isEqualTo(2);
    decided(2);
    assertThat(replica.backlog().count()).isZero();
  }

  /** Such an answer does not list the incarnation, for the hub has forgotten it. */
  @Test
  void aReadThroughHoldsWhatTheHubHasForgottenAndDecidedBeforeIt() {
    replica.forks().leave(DRAW);
    settleForgotten(2);
    assertThat(pendingInAnswerAsOf(1)).contains(true);
    assertThat(pendingInAnswerAsOf(2)).contains(false);
    decided(2);
    assertThat(pendingInAnswerAsOf(1)).isEmpty();
    assertThat(pendingInAnswerAsOf(2)).contains(false);
  }

  /** Whether something of this edge lies on top; empty if the hub must be asked again. */
  private Optional<Boolean> pendingInAnswerAsOf(long revision) {
    var answer =
        ReadAnswer.newBuilder().setAsOf(Position.newBuilder().setTerm(1).setRevision(revision));
    var key = new QualifiedKey(TestedReplica.TEXTS.name(), Key.of("z/2"));
    return replica
        .reads()
        .read(answer.build(), List.of(key))
        .map(readings -> readings.getFirst().pendingLocal());
  }

  /** The hub has decided both, and knows no more whether it was these two, nor how. */
  private void settleUnknown() {
    settle(ForkedIncarnation.Equal.newBuilder().setForgotten(2));
  }

  /** The hub has decided just these two at or before a revision, and knows no more how. */
  private void settleForgotten(long revision) {
    settle(
        ForkedIncarnation.Equal.newBuilder()
            .setSequence(2)
            .setForgotten(2)
            .setTerm(1)
            .setRevision(revision));
  }

  private void settle(ForkedIncarnation.Equal.Builder equal) {
    var told =
        ForkedIncarnation.newBuilder().setIncarnation(forked).setCompared(true).addEqual(equal);
    replica.forks().settle(List.of(told.build()), DRAW);
  }

  /** Revisions up to one, without a word of what they include. */
  private void decided(long revision) {
    replica.apply(
        ChangeBatch.newBuilder().setTerm(1).setFromRevision(1).setToRevision(revision).build());
  }
}
