package dev.tideline.edge.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.codec.CatalogCodec;
import dev.tideline.edge.replica.ReplicaProgress;
import dev.tideline.edge.uplink.UplinkCore.Answer;
import dev.tideline.edge.uplink.UplinkCore.Known;
import dev.tideline.edge.uplink.UplinkCore.WatermarkKey;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.Layout;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.Watermark;
import dev.tideline.wire.v1.Welcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UplinkCoreTest {

  private static final UplinkCore.Held HELD =
      new UplinkCore.Held(Interests.EVERYTHING, List.of(), List.of());
  private static final long LIVE = 7;
  private static final long OLD = 5;

  private Set<Long> forked = Set.of();
  private Set<Long> pending = Set.of();
  private Set<UplinkCore.Doubt> cleared = Set.of();
  private boolean unfinished;

  private final UplinkCore.Forking forks =
      new UplinkCore.Forking() {
        @Override
        public boolean isForked(long incarnation) {
          return forked.contains(incarnation);
        }

        @Override
        public boolean isPending(long incarnation) {
          return pending.contains(incarnation);
        }

        @Override
        public boolean isCleared(UplinkCore.Doubt doubt) {
          return cleared.contains(doubt);
        }

        @Override
        public boolean isUnfinished() {
          return unfinished;
        }
      };

  private final UplinkCore core = new UplinkCore(new EdgeId("a"));

  private final ReplicaProgress progress =
      new ReplicaProgress(
          LIVE,
          new TreeMap<>(Map.of(OLD, 9L, LIVE, 4L)),
          Map.of(),
          List.of(
              new ReplicaProgress.Partition(
                  3,
                  new Position(2, 50),
                  List.of(new Position(1, 1), new Position(2, 40)),
                  Map.of(OLD, 9L),
                  50,
                  List.of(),
                  List.of())));

  @Test
  void helloTellsWhatTheEdgeHolds() {
    var hello = core.dial(progress, HELD, Optional.of(new Layout(64)), 3, 1_000);
    assertThat(core.state()).isEqualTo(UplinkState.CONNECTING);
    assertThat(hello.getEdge()).isEqualTo("a");
    assertThat(hello.getIncarnation()).isEqualTo(LIVE);
    assertThat(hello.getRetainedList()).extracting("lastSequence_").containsExactly(9L, 4L);
    assertThat(hello.getLayout().getPartitions()).isEqualTo(64);
    var partition = hello.getProgress(0);
    assertThat(partition.getCursor().getRevision()).isEqualTo(50);
    assertThat(partition.getTermsCount()).isEqualTo(2);
    assertThat(partition.getIncluded(0).getSequence()).isEqualTo(9);
  }

  @Test
  void welcomeLeadsToStreamingFromTheWatermarks() {
    dial();
    var welcome =
        welcome()
            .addWatermarks(watermark(LIVE, 3, 2, 22))
            .addWatermarks(watermark(OLD, 3, 9, 99))
            .build();
    var answer = core.welcome(welcome, known(OptionalLong.of(22)));
    assertThat(answer)
        .isEqualTo(
            new Answer.Go(Map.of(new WatermarkKey(LIVE, 3), 2L, new WatermarkKey(OLD, 3), 9L)));
    assertThat(core.state()).isEqualTo(UplinkState.CONNECTED);
  }

  @Test
  void aHubThatKnowsLessIsHealedAndBothPositionsAreNamed() {
    dial();
    var heal =
        PartitionStart.newBuilder()
            .setPartition(3)
            .setHealFork(position(2, 41))
            .setHead(position(2, 41));
    var welcome = welcome().addStarts(heal).addWatermarks(watermark(OLD, 3, 9, 99)).build();
    assertThat(core.welcome(welcome, known(OptionalLong.empty())))
        .isEqualTo(new Answer.Heal(Set.of(3), Map.of(new WatermarkKey(OLD, 3), 9L)));
    assertThat(core.state()).isEqualTo(UplinkState.HEALING);
    assertThat(core.detail()).contains("2@50").contains("2@41");
    core.ended("healed");
    assertThat(core.state()).isEqualTo(UplinkState.DISCONNECTED);
    dial();
    assertThat(core.state()).isEqualTo(UplinkState.CONNECTING);
  }

  @Test
  void anotherHashAtTheWatermarkOfTheLiveIncarnationIsAFork() {
    dial();
    var welcome = welcome().addWatermarks(watermark(LIVE, 3, 2, 22)).build();
    assertThat(core.welcome(welcome, known(OptionalLong.of(23))))
        .isEqualTo(new Answer.Forked(true, Set.of()));
    assertThat(core.state()).isEqualTo(UplinkState.FORKED);
    assertThat(core.state().isFinal()).isFalse();
  }

  @Test
  void anotherHashAtTheWatermarkOfAnOldIncarnationIsAForkIfSomethingOfItIsPending() {
    var welcome = welcome().addWatermarks(watermark(OLD, 3, 9, 22)).build();
    dial();
    pending = Set.of(OLD);
    assertThat(core.welcome(welcome, known(OptionalLong.of(23))))
        .isEqualTo(new Answer.Forked(false, Set.of(OLD)));
    core.ended("noted");
    dial();
    pending = Set.of();
    assertThat(core.welcome(welcome, known(OptionalLong.of(23)))).isInstanceOf(Answer.Go.class);
  }

  @Test
  void aClosedIncarnationTakesTheWayOfAFork() {
    dial();
    pending = Set.of(OLD);
    assertThat(core.welcome(welcome().addClosed(OLD).build(), known(OptionalLong.empty())))
        .isEqualTo(new Answer.Forked(false, Set.of(OLD)));
    core.ended("noted");
    dial();
    assertThat(core.welcome(welcome().addClosed(LIVE).build(), known(OptionalLong.empty())))
        .isEqualTo(new Answer.Forked(true, Set.of()));
  }

  @Test
  void aForkThatIsKnownIsComparedBeforeAnythingIsSent() {
    dial();
    forked = Set.of(OLD);
    unfinished = true;
    var welcome = welcome().addClosed(OLD).addWatermarks(watermark(OLD, 3, 9, 22)).build();
    assertThat(core.welcome(welcome, known(OptionalLong.of(23))))
        .isEqualTo(new Answer.Compare(Set.of()));
    assertThat(core.state()).isEqualTo(UplinkState.FORKED);
    core.ended("settled");
    unfinished = false;
    dial();
    assertThat(core.welcome(welcome, known(OptionalLong.of(23)))).isInstanceOf(Answer.Go.class);
  }

  @Test
  void noMutationAtTheWatermarkOfTheLiveIncarnationIsAFork() {
    dial();
    var welcome = welcome().addWatermarks(watermark(LIVE, 3, 80, 22)).build();
    core.welcome(welcome, known(OptionalLong.empty()));
    assertThat(core.state()).isEqualTo(UplinkState.FORKED);
  }

  @Test
  void aWatermarkThatTheJournalHasGivenBackIsNotComparedAnyMore() {
    var kept =
        new ReplicaProgress(LIVE, progress.retained(), Map.of(LIVE, 2L), progress.partitions());
    var known =
        new Known(
            kept,
            Optional.of(new Layout(64)),
            (incarnation, sequence, partition) -> {
              throw new IllegalArgumentException("given back");
            },
            forks);
    dial();
    core.welcome(welcome().addWatermarks(watermark(LIVE, 3, 2, 22)).build(), known);
    assertThat(core.state()).isEqualTo(UplinkState.CONNECTED);
  }

  @Test
  void anOldIncarnationThatEndsBelowItsWatermarkIsNormal() {
    dial();
    var welcome = welcome().addWatermarks(watermark(OLD, 3, 80, 22)).build();
    core.welcome(welcome, known(OptionalLong.empty()));
    assertThat(core.state()).isEqualTo(UplinkState.CONNECTED);
  }

  /** Or a copy of it has gone on, and what is pending here is not what was decided. */
  @Test
  void anOldIncarnationThatEndsBelowItsWatermarkIsComparedIfSomethingOfItIsPending() {
    dial();
    pending = Set.of(OLD);
    var welcome = welcome().addWatermarks(watermark(OLD, 3, 80, 22)).build();
    assertThat(core.welcome(welcome, known(OptionalLong.empty())))
        .isEqualTo(new Answer.Compare(Set.of(new UplinkCore.Doubt(OLD, 3, 80))));
    assertThat(core.state()).isEqualTo(UplinkState.CONNECTING);
    core.ended("compared");
    cleared = Set.of(new UplinkCore.Doubt(OLD, 3, 80));
    dial();
    assertThat(core.welcome(welcome, known(OptionalLong.empty()))).isInstanceOf(Answer.Go.class);
  }

  @Test
  void aHubOfAnotherLayoutIsRefused() {
    dial();
    var other = welcome().setLayout(CatalogCodec.encode(new Layout(1))).build();
    core.welcome(other, known(OptionalLong.empty()));
    assertThat(core.state()).isEqualTo(UplinkState.REFUSED);
    assertThat(core.detail()).contains("1 partitions").contains("64");
  }

  @Test
  void beingFencedIsForGood() {
    dial();
    core.refused(error(Error.Code.FENCED, false));
    core.ended("cancelled");
    assertThat(core.state()).isEqualTo(UplinkState.FENCED);
    assertThat(core.state().isFinal()).isTrue();
    core.refused(error(Error.Code.GAP, true));
    assertThat(core.state()).isEqualTo(UplinkState.FENCED);
  }

  @Test
  void whoIsFencedDrainsAndStaysFenced() {
    dial();
    core.refused(error(Error.Code.FENCED, false));
    core.ended("cancelled");
    var hello = core.dial(progress, HELD, Optional.of(new Layout(64)), 1, 1_000);
    assertThat(hello.getDrain()).isTrue();
    assertThat(core.state()).isEqualTo(UplinkState.FENCED);
    var welcome = welcome().addWatermarks(watermark(LIVE, 3, 2, 22)).build();
    assertThat(core.welcome(welcome, known(OptionalLong.of(22))))
        .isEqualTo(new Answer.Drain(Map.of(new WatermarkKey(LIVE, 3), 2L)));
    core.drained();
    assertThat(core.state()).isEqualTo(UplinkState.FENCED);
    assertThat(core.detail()).contains("everything that was acknowledged here");
  }

  @Test
  void whoIsFencedAndForkedTellsApartWhatItDrains() {
    dial();
    core.refused(error(Error.Code.FENCED, false));
    core.dial(progress, HELD, Optional.of(new Layout(64)), 1, 1_000);
    assertThat(core.welcome(welcome().addClosed(LIVE).build(), known(OptionalLong.empty())))
        .isEqualTo(new Answer.Forked(true, Set.of()));
    unfinished = true;
    core.dial(progress, HELD, Optional.of(new Layout(64)), 1, 1_000);
    assertThat(core.welcome(welcome().build(), known(OptionalLong.empty())))
        .isEqualTo(new Answer.Compare(Set.of()));
    assertThat(core.state()).isEqualTo(UplinkState.FENCED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Error.Code.class,
      names = {"GAP", "CORRUPT", "SHUTTING_DOWN"})
  void aRetryableErrorLeadsToDiallingAgain(Error.Code code) {
    dial();
    core.refused(error(code, true));
    assertThat(core.state()).isEqualTo(UplinkState.DISCONNECTED);
    assertThat(core.detail()).contains(code.name());
  }

  @Test
  void welcomeThatNobodyAwaitsEndsTheStream() {
    var answer = core.welcome(welcome().build(), known(OptionalLong.empty()));
    assertThat(answer).isInstanceOf(Answer.Stop.class);
    assertThat(core.state()).isEqualTo(UplinkState.DISCONNECTED);
  }

  private void dial() {
    core.dial(progress, HELD, Optional.of(new Layout(64)), 1, 1_000);
  }

  private Known known(OptionalLong hash) {
    return new Known(
        progress,
        Optional.of(new Layout(64)),
        (inc, seq, told) -> hash.isEmpty() || hash.getAsLong() != told,
        forks);
  }

  private static Welcome.Builder welcome() {
    return Welcome.newBuilder().setLayout(CatalogCodec.encode(new Layout(64)));
  }

  private static Watermark watermark(long incarnation, int partition, long sequence, long hash) {
    return Watermark.newBuilder()
        .setIncarnation(incarnation)
        .setPartition(partition)
        .setSequence(sequence)
        .setContentHash(hash)
        .build();
  }

  private static dev.tideline.wire.v1.Position position(long term, long revision) {
    return dev.tideline.wire.v1.Position.newBuilder().setTerm(term).setRevision(revision).build();
  }

  private static Error error(Error.Code code, boolean retryable) {
    return Error.newBuilder().setCode(code).setRetryable(retryable).setText("text").build();
  }
}
