package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.upTo;
import static dev.tideline.edge.replica.TestedReplica.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.codec.MutationCodec;
import dev.tideline.model.Key;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.Verdict;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.JournalRecord;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.ReadAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An incarnation that lived twice: what becomes of what it made. */
class ForksTest {

  private static final ReplicaForks.Draw DRAW = new ReplicaForks.Draw(2, "boot");

  private final TestedReplica logs = new TestedReplica();
  private ReplicaDriver replica = logs.begun();
  private final Receipt shared = write(replica, "z/1");
  private final Receipt own = write(replica, "z/2");
  private final long forked = replica.incarnation();

  @Test
  void anotherIncarnationIsDrawnAndWritesGoOnWithoutClaimingToHaveSeenTheFork() {
    replica.forks().leave(DRAW);
    var later = write(replica, "z/3");
    assertThat(later.id().incarnation()).isNotEqualTo(forked).isEqualTo(replica.incarnation());
    assertThat(replica.forks().uncompared()).containsExactly(forked);
    assertThat(journal().getLast().context().own()).isEmpty();
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Pending.class);
    assertThat(replica.forks().undecided(List.of(forked)))
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.entries())
                    .extracting(ReplicaForks.Entry::sequence)
                    .containsExactly(1L, 2L));
  }

  @Test
  void whatIsNotEqualIsIssuedAgainInItsOrderNamingWhatItSaw() {
    replica.forks().leave(DRAW);
    var later = write(replica, "z/3");
    replica.forks().settle(equalTo(shared), DRAW);

    var again = journal().subList(3, 5);
    long drawn = replica.incarnation();
    assertThat(again).extracting(Mutation::original).containsExactly(of(own), of(later));
    assertThat(again).extracting(Mutation::id).containsExactly(id(drawn, 1), id(drawn, 2));
    assertThat(again.get(0).context().own()).containsExactly(id(forked, 1));
    assertThat(again.get(1).context().own()).containsExactly(id(forked, 1), id(drawn, 1));
    assertThat(again.get(1).previousSequence()).isEqualTo(1);
    assertThat(again.get(0).idempotencyKey()).startsWith("reissued ");
    assertThat(replica.backlog().count()).isEqualTo(3);
    assertThat(replica.forks().isUnfinished()).isFalse();

    write(replica, "z/4");
    assertThat(journal().getLast().context().own()).containsExactly(id(forked, 1), id(drawn, 2));
  }

  @Test
  void twoCopiesGiveTheSameMutationTheSameKey() {
    replica.forks().leave(DRAW);
    replica.forks().settle(equalTo(shared), DRAW);
    var original = journal().get(1);
    var again = journal().getLast();
    assertThat(again.idempotencyKey()).contains(own.id().toString());
    assertThat(again.idempotencyHash())
        .isEqualTo(MutationCodec.idempotencyHash(original.operations()));
    assertThat(again.time()).isEqualTo(original.time());
  }

  @Test
  void receiptsFollowAndWhoWaitsHears() {
    var waiting = replica.verdict(own);
    replica.forks().leave(DRAW);
    replica.forks().settle(equalTo(shared), DRAW);
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Pending.class);

    // What the hub decided under the old id is another copy's: it says nothing of this one.
    included(1, new Receipt(new MutationId(own.id().edge(), forked, 5), 0));
    assertThat(replica.receipt(shared)).isInstanceOf(ReceiptState.Decided.class);
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Pending.class);
    assertThat(waiting).isNotDone();

    included(2, replica.follow(own));
    assertThat(waiting.join().verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(replica.receipt(own)).isInstanceOf(ReceiptState.Decided.class);
    assertThat(replica.backlog().count()).isZero();
  }

  @Test
  void aProcessThatIsKilledBeforeTheComparisonKnowsOfTheForkAgain() {
    replica.forks().leave(DRAW);
    write(replica, "z/3");
    replica = restarted();
    assertThat(replica.forks().uncompared()).containsExactly(forked);
    assertThat(replica.backlog().count()).isEqualTo(3);
    replica.forks().settle(equalTo(shared), DRAW);
    assertThat(replica.backlog().count()).isEqualTo(3);
    assertThat(journal().subList(3, 5)).extracting(Mutation::original).doesNotContain(of(shared));
  }

  @Test
  void aProcessThatIsKilledInTheMiddleIssuesTheRestAgainAndNothingTwice() {
    replica.forks().leave(DRAW);
    var later = write(replica, "z/3");
    logs.journalLog.fullAfter(2);
    assertThatThrownBy(() -> replica.forks().settle(equalTo(shared), DRAW))
        .isInstanceOf(LogFullException.class);
    assertThat(journal()).hasSize(4);

    replica = restarted();
    assertThat(journal().subList(3, 5))
        .extracting(Mutation::original)
        .containsExactly(of(own), of(later));
    assertThat(journal().get(4).context().own())
        .containsExactly(id(forked, 1), journal().get(3).id());
    assertThat(replica.backlog().count()).isEqualTo(3);
    assertThat(replica.follow(later)).isEqualTo(new Receipt(journal().get(4).id(), 0));
    assertThat(replica.forks().isUnfinished()).isFalse();
  }

  @Test
  void nothingIsIssuedAgainIfAllIsEqual() {
    replica = restarted();
    long live = replica.incarnation();
    replica.forks().suspect(forked);
    replica.forks().settle(equalTo(own), DRAW);
    assertThat(replica.incarnation()).isEqualTo(live);
    assertThat(journal()).hasSize(2);
    assertThat(replica.forks().isUnfinished()).isFalse();
  }

  /** It would be decided twice. */
  @Test
  void whatWasIncludedBeforeTheForkIsNotIssuedAgainThoughTheApplyLogIsLost() {
    included(1, shared);
    replica.forks().leave(DRAW);
    replica.forks().settle(nothingEqual(), DRAW);
    assertThat(journal()).extracting(Mutation::original).containsOnlyOnce(of(own));

    logs.applyLog = logs.applyLog.crash();
    replica = logs.begun();
    replica.forks().finish();
    assertThat(journal()).hasSize(3);
    assertThat(replica.forks().uncompared()).isEmpty();
  }

  @Test
  void whatWasSentAfterTheForkIsNotIssuedAgainThoughTheApplyLogIsLost() {
    included(1, own);
    replica.forks().leave(DRAW);
    replica.forks().settle(nothingEqual(), DRAW);
    write(replica, "z/3");

    logs.applyLog = logs.applyLog.crash();
    replica = logs.begun();
    assertThat(replica.forks().uncompared()).isEmpty();
    replica.forks().finish();
    assertThat(journal()).hasSize(3);
  }

  @Test
  void whatWasSentBeforeAnEarlierForkWasFoundIsNotIssuedAgainAfterAKill() {
    replica = restarted();
    write(replica, "z/3");
    replica.forks().suspect(forked);
    var checkpoints = new InMemoryCheckpoints();
    TestedReplica.checkpoint(replica, checkpoints);
    replica = logs.restarted();
    TestedReplica.recover(replica, checkpoints);
    replica.begin(4, "boot");

    replica.forks().settle(equalTo(own), DRAW);
    assertThat(journal()).hasSize(3);
    assertThat(replica.forks().isUnfinished()).isFalse();
  }

  /** Else a hub that is set back would not be brought it. */
  @Test
  void whatWasIncludedBeforeTheForkIsNotDoubted() {
    included(1, shared);
    replica.forks().leave(DRAW);
    assertThat(replica.forks().isDoubtful(shared.id(), 0)).isFalse();
    assertThat(replica.forks().isDoubtful(own.id(), 0)).isTrue();
    replica.forks().settle(nothingEqual(), DRAW);
    included(2, new Receipt(new MutationId(own.id().edge(), forked, 5), 0));
    replica = restarted();
    assertThat(replica.forks().isDoubtful(shared.id(), 0)).isFalse();
    assertThat(replica.forks().isDoubtful(own.id(), 0)).isTrue();
  }

  /** Or the hub would take it to have seen what another copy made. */
  @Test
  void whatLaterProcessesMadeThatSawTheForkIsIssuedAgainWithIt() {
    replica = restarted();
    var later = write(replica, "z/3");
    replica = restarted();
    assertThat(replica.forks().suspect(forked)).isFalse();
    assertThat(replica.forks().uncompared())
        .containsExactlyInAnyOrder(forked, later.id().incarnation());

    var nothing = ForkedIncarnation.newBuilder().setCompared(true);
    nothing.setIncarnation(later.id().incarnation());
    replica.forks().settle(List.of(equalTo(shared).getFirst(), nothing.build()), DRAW);
    assertThat(journal().subList(3, 5))
        .extracting(Mutation::original)
        .containsExactly(of(own), of(later));
    assertThat(journal().getLast().context().own())
        .containsExactly(id(forked, 1), journal().get(3).id());
  }

  @Test
  void theLiveProcessIsToBeLeftIfItSawTheFork() {
    replica = restarted();
    write(replica, "z/3");
    assertThat(replica.forks().suspect(forked)).isTrue();
  }

  /** It may be that of what another copy made. */
  @Test
  void aVerdictIsNotToldOfWhatTheHubHasForgotten() {
    var waiting = replica.verdict(own);
    replica.forks().leave(DRAW);
    var forgotten = ForkedIncarnation.Equal.newBuilder().setForgotten(2);
    var told =
        ForkedIncarnation.newBuilder().setIncarnation(forked).setCompared(true).addEqual(forgotten);
    replica.forks().settle(List.of(told.build()), DRAW);
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
    assertThat(waiting).isNotDone();
  }

  @Test
  void whatNobodyKnowsAnyMoreIsSaidToBeForgotten() {
    replica.forks().leave(DRAW);
    var equal =
        ForkedIncarnation.newBuilder()
            .setIncarnation(forked)
            .setCompared(true)
            .addEqual(ForkedIncarnation.Equal.newBuilder().setForgotten(2))
            .build();
    replica.forks().settle(List.of(equal), DRAW);
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

  private void settleForgotten(long revision) {
    var equal =
        ForkedIncarnation.Equal.newBuilder()
            .setSequence(2)
            .setForgotten(2)
            .setTerm(1)
            .setRevision(revision);
    var told =
        ForkedIncarnation.newBuilder().setIncarnation(forked).setCompared(true).addEqual(equal);
    replica.forks().settle(List.of(told.build()), DRAW);
  }

  /** Revisions up to one, without a word of what they include. */
  private void decided(long revision) {
    replica.apply(
        ChangeBatch.newBuilder().setTerm(1).setFromRevision(1).setToRevision(revision).build());
  }

  @Test
  void aCheckpointKeepsForksAndWhatFollows() {
    replica.forks().leave(DRAW);
    replica.forks().settle(equalTo(shared), DRAW);
    var checkpoints = new InMemoryCheckpoints();
    included(1, own);
    included(2, replica.follow(own));
    TestedReplica.checkpoint(replica, checkpoints);
    var last = replica.follow(own);
    var restored = logs.restarted();
    TestedReplica.recover(restored, checkpoints);
    restored.begin(3, "boot");
    assertThat(restored.follow(own)).isEqualTo(last);
    assertThat(restored.forks().isForked(forked)).isTrue();
    assertThat(restored.receipt(own)).isInstanceOf(ReceiptState.Decided.class);
  }

  private ReplicaDriver restarted() {
    var again = logs.restarted();
    again.recover();
    again.begin(4, "boot");
    return again;
  }

  private List<ForkedIncarnation> nothingEqual() {
    return List.of(ForkedIncarnation.newBuilder().setIncarnation(forked).setCompared(true).build());
  }

  private List<ForkedIncarnation> equalTo(Receipt last) {
    return List.of(
        ForkedIncarnation.newBuilder()
            .setIncarnation(forked)
            .setCompared(true)
            .addEqual(ForkedIncarnation.Equal.newBuilder().setSequence(last.id().sequence()))
            .build());
  }

  private void included(long revision, Receipt to) {
    replica.apply(
        ChangeBatch.newBuilder()
            .setTerm(1)
            .setFromRevision(revision)
            .setToRevision(revision)
            .addIncluded(upTo(to))
            .build());
  }

  private MutationId id(long incarnation, long sequence) {
    return new MutationId(own.id().edge(), incarnation, sequence);
  }

  private static Optional<MutationId> of(Receipt receipt) {
    return Optional.of(receipt.id());
  }

  /** Every mutation in the journal, oldest first. */
  private List<Mutation> journal() {
    var all = new ArrayList<Mutation>();
    try (var reader = logs.journalLog.read(1)) {
      while (reader.next()) {
        var record = JournalRecord.parseFrom(reader.record());
        if (record.hasMutation()) {
          all.add(MutationCodec.decode(record.getMutation()));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all;
  }
}
