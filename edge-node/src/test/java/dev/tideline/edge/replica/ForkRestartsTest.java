package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.model.Mutation;
import dev.tideline.model.Receipt;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.store.LogFullException;
import org.junit.jupiter.api.Test;

/** What a later process knows of a fork, whatever else was lost. */
class ForkRestartsTest extends ForkedReplica {

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

  /** It would be decided twice. */
  @Test
  void whatWasIncludedBeforeTheForkIsNotIssuedAgainThoughTheApplyLogIsLost() {
    included(1, shared);
    replica.forks().leave(DRAW);
    replica.forks().settle(nothingEqual(), DRAW);
    assertThat(journal()).extracting(Mutation::original).containsOnlyOnce(of(own));

    loseApplyLog();
    assertThat(journal()).hasSize(3);
    assertThat(replica.forks().uncompared()).isEmpty();
  }

  @Test
  void whatWasSentAfterTheForkIsNotIssuedAgainThoughTheApplyLogIsLost() {
    included(1, own);
    replica.forks().leave(DRAW);
    replica.forks().settle(nothingEqual(), DRAW);
    write(replica, "z/3");

    loseApplyLog();
    assertThat(replica.forks().uncompared()).isEmpty();
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

  /** With the machine goes what it had applied, and not what it had acknowledged. */
  private void loseApplyLog() {
    logs.applyLog = logs.applyLog.crash();
    replica = logs.begun();
    replica.forks().finish();
  }
}
