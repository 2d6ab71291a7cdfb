package dev.tideline.edge.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.model.Context;
import dev.tideline.model.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionReplicaTest {

  private static final long OLDER = 5;
  private static final long FIRST = 10;
  private static final long LOST = 15;
  private static final long SECOND = 20;
  private static final long NEWER = 25;

  private final PartitionReplica partition = new PartitionReplica();

  /** Revisions 3 to 6 of the first term, 7 to 9 of the second. */
  PartitionReplicaTest() {
    partition.advance(FIRST, 3, 6);
    partition.advance(SECOND, 7, 9);
  }

  @Test
  void whatIsFollowedStandsUpToWhereTheNextTermBegins() {
    assertThat(stands(FIRST, 6)).isTrue();
    assertThat(stands(FIRST, 7)).as("lost when the hub was set back").isFalse();
    assertThat(stands(SECOND, 9)).isTrue();
    assertThat(stands(SECOND, 10)).as("not reached").isFalse();
  }

  @Test
  void ofATermThatWasNeverFollowedStandsWhatLiesBeforeTheNextOne() {
    assertThat(stands(LOST, 6)).isTrue();
    assertThat(stands(LOST, 7)).isFalse();
    assertThat(stands(NEWER, 5)).as("not known").isFalse();
  }

  @Test
  void aContextIsCutToWhatStandsAlsoByWhoHasForgottenWhatItFollowed() {
    assertThat(cut(LOST, 8)).isEqualTo(6);
    assertThat(cut(FIRST, 6)).isEqualTo(6);
    assertThat(cut(SECOND, 9)).isEqualTo(9);
    assertThat(cut(NEWER, 12)).as("seen where more is known").isEqualTo(12);
  }

  @Test
  void aContextIsCutByTheTermOfWhatIsBeingApplied() {
    partition.enter(NEWER, 10);
    assertThat(cut(SECOND, 12)).isEqualTo(9);
  }

  private long cut(long term, long revision) {
    var context = new Context(new Position(term, revision), List.of());
    return partition.standing(context).seen().revision();
  }

  @Test
  void whatLiesBeforeAllThatIsFollowedStands() {
    assertThat(stands(OLDER, 2)).isTrue();
    assertThat(stands(0, 0)).isTrue();
    assertThat(new PartitionReplica().stands(new Position(OLDER, 2), Position.START)).isFalse();
  }

  @Test
  void theHubMayStandFurtherThanTheCursor() {
    var hub = new Position(NEWER, 30);
    assertThat(partition.stands(new Position(NEWER, 30), hub)).isTrue();
    assertThat(partition.stands(new Position(SECOND, 9), hub)).isTrue();
    assertThat(partition.stands(new Position(SECOND, 10), hub)).as("or lost").isFalse();
  }

  @Test
  void whereATermEndedIsNotKnownOnceItIsOlderThanAllThatAreRemembered() {
    assertThat(partition.remembers(OLDER)).isTrue();
    for (int i = 1; i < PartitionReplica.TERMS_MAX; i++) {
      partition.advance(SECOND + i, 9 + i, 9 + i);
    }

    assertThat(partition.remembers(SECOND)).isTrue();
    assertThat(partition.remembers(LOST)).isFalse();
    assertThat(partition.remembers(FIRST)).isFalse();
  }

  private boolean stands(long term, long revision) {
    return partition.stands(new Position(term, revision), partition.cursor());
  }
}
