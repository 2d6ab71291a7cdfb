package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.codec.MutationCodec;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Receipt;
import dev.tideline.model.Verdict;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.ForkedIncarnation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An incarnation that lived twice: what becomes of what it made. */
class ForksTest extends ForkedReplica {

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
  void nothingIsIssuedAgainIfAllIsEqual() {
    replica = restarted();
    long live = replica.incarnation();
    replica.forks().suspect(forked);
    replica.forks().settle(equalTo(own), DRAW);
    assertThat(replica.incarnation()).isEqualTo(live);
    assertThat(journal()).hasSize(2);
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

  /** It will be issued again, as the same writes under other names. */
  @Test
  void whatIsNotSentYetIsNotBroughtToAHubThatWasSetBackEither() {
    replica.forks().leave(DRAW);
    var later = write(replica, "z/3");
    assertThat(replica.forks().isDoubtful(later.id(), 0)).isTrue();
    replica.forks().settle(equalTo(own), DRAW);
    assertThat(replica.forks().isDoubtful(replica.follow(later).id(), 0)).isFalse();
  }

  @Test
  void theLiveProcessIsLeftBeforeAnythingIsSettledIfTheDiskWasFullWhenThatWasFound() {
    replica = restarted();
    var later = write(replica, "z/3");
    assertThat(replica.forks().suspect(forked)).isTrue();
    logs.journalLog.fullAfter(0);
    assertThatThrownBy(() -> replica.forks().leave(DRAW)).isInstanceOf(LogFullException.class);

    logs.journalLog.fullAfter(100);
    replica.forks().settle(equalTo(shared), DRAW);
    assertThat(replica.forks().uncompared()).containsExactly(forked, later.id().incarnation());
    assertThat(journal()).hasSize(3);
    assertThat(replica.incarnation()).isNotEqualTo(later.id().incarnation());
  }

  @Test
  void howeverManyAreToBeComparedNoneIsForgottenAndHelloNamesSome() {
    for (long incarnation = 1; incarnation <= 70; incarnation++) {
      replica.forks().suspect(incarnation);
    }
    assertThat(replica.forks().uncompared()).hasSize(Forks.FORKS_MAX).first().isEqualTo(1L);
    assertThat(replica.forks().isForked(1)).isTrue();
    assertThat(replica.forks().isForked(70)).isTrue();
  }
}
