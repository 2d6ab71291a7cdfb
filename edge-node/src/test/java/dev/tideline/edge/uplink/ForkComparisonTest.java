package dev.tideline.edge.uplink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.replica.ReplicaForks.Entry;
import dev.tideline.edge.replica.ReplicaForks.Undecided;
import dev.tideline.model.EdgeId;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.Located;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForkComparisonTest {

  private static final long FORKED = 7;
  private static final int SEEDS = 500;

  /** A hub that decided so many of what this journal holds, and then others. */
  private record Hub(int equal, int others, int forgotten, List<Entry> here) {
    Located answer(ForkComparison.Question question, Random random) {
      int at = (int) question.id().sequence() / 2 - 1;
      if (at >= equal + others) {
        return located(Located.Place.PENDING, 0);
      }
      if (at < forgotten) {
        return located(Located.Place.FORGOTTEN, 0);
      }
      if (random.nextInt(3) == 0) {
        return located(Located.Place.DECIDED, 0).toBuilder().setLookedTo(9).build();
      }
      long hash = here.get(at).contentHash();
      return located(Located.Place.DECIDED, at < equal ? hash : hash + 1);
    }
  }

  private static Located located(Located.Place place, long hash) {
    return Located.newBuilder().setPlace(place).setContentHash(hash).build();
  }

  @Test
  void itFindsTheLastThatIsEqual() {
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      int made = 1 + random.nextInt(40);
      int equal = random.nextInt(made + 1);
      int others = random.nextInt(made - equal + 3);
      var hub = new Hub(equal, others, 0, entries(made));
      assertThat(ask(hub, random))
          .as("seed %d", seed)
          .isEqualTo(expected(equal == 0 ? 0 : 2L * equal, 0));
    }
  }

  @Test
  void whatTheLogNoLongerHoldsIsForgottenUnlessSomethingLaterIsEqual() {
    var random = new Random(1);
    assertThat(ask(new Hub(6, 3, 4, entries(12)), random)).isEqualTo(expected(12, 0));
    assertThat(ask(new Hub(4, 3, 5, entries(12)), random)).isEqualTo(expected(0, 10));
  }

  @Test
  void whereItWasDecidedIsToldUnlessTheWatermarkTells() {
    var told = located(Located.Place.FORGOTTEN, 1_000).toBuilder().setTerm(2).setRevision(30);
    assertThat(afterTwo(told.build(), located(Located.Place.LOST, 0)).getRevision()).isEqualTo(30);
    assertThat(afterTwo(told.build(), located(Located.Place.DECIDED, 1_010)).getTerm()).isZero();
  }

  /** Of two mutations the second is asked for first. */
  private static ForkedIncarnation.Equal afterTwo(Located ofFirst, Located ofSecond) {
    var undecided = List.of(new Undecided(FORKED, 3, 5, entries(2)));
    var comparison = new ForkComparison(new EdgeId("a"), List.of(FORKED), undecided);
    while (comparison.next().isPresent()) {
      boolean first = comparison.next().orElseThrow().id().sequence() == 2;
      comparison.answered(first ? ofFirst : ofSecond);
    }
    return comparison.result().getFirst().getEqual(0);
  }

  @Test
  void anotherHashShowsThatItLivedTwiceOrThatItWasPassed() {
    assertThat(foundAnother(located(Located.Place.DECIDED, 1_001))).isTrue();
    assertThat(foundAnother(located(Located.Place.LOST, 0))).isTrue();
    assertThat(foundAnother(located(Located.Place.DECIDED, 1_000))).isFalse();
    assertThat(foundAnother(located(Located.Place.PENDING, 0))).isFalse();
    assertThat(foundAnother(located(Located.Place.FORGOTTEN, 0))).isFalse();
  }

  private static boolean foundAnother(Located located) {
    var undecided = List.of(new Undecided(FORKED, 3, 5, entries(1)));
    var comparison = new ForkComparison(new EdgeId("a"), List.of(FORKED), undecided);
    comparison.answered(located);
    return comparison.foundAnother(FORKED);
  }

  @Test
  void whileItIsLookedForTheBeginningIsNotForgotten() {
    var undecided = List.of(new Undecided(FORKED, 3, 5, entries(1)));
    var comparison = new ForkComparison(new EdgeId("a"), List.of(FORKED), undecided);
    comparison.answered(located(Located.Place.DECIDED, 0).toBuilder().setLookedTo(9).build());
    var goesOn = comparison.next().orElseThrow();
    assertThat(goesOn.afterRevision()).isEqualTo(5);
    assertThat(goesOn.lookedTo()).isEqualTo(9);
  }

  @Test
  void anIncarnationOfWhichNothingIsUndecidedIsComparedAtOnce() {
    var comparison = new ForkComparison(new EdgeId("a"), List.of(FORKED), List.of());
    assertThat(comparison.next()).isEmpty();
    assertThat(comparison.result()).hasSize(1);
  }

  private static List<Entry> entries(int made) {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < made; i++) {
      entries.add(new Entry(2L * (i + 1), 1_000 + 10L * i));
    }
    return entries;
  }

  private static ForkedIncarnation ask(Hub hub, Random random) {
    var undecided = List.of(new Undecided(FORKED, 3, 5, hub.here()));
    var comparison = new ForkComparison(new EdgeId("a"), List.of(FORKED), undecided);
    int asked = 0;
    for (var next = comparison.next(); next.isPresent(); next = comparison.next()) {
      assertThat(next.get().afterRevision()).isIn(5L, 9L);
      comparison.answered(hub.answer(next.get(), random));
      assertThat(++asked).isLessThan(100);
    }
    return comparison.result().getFirst();
  }

  private static ForkedIncarnation expected(long equal, long forgotten) {
    var expected = ForkedIncarnation.newBuilder().setIncarnation(FORKED).setCompared(true);
    if (equal > 0 || forgotten > 0) {
      expected.addEqual(
          ForkedIncarnation.Equal.newBuilder()
              .setPartition(3)
              .setSequence(equal)
              .setForgotten(forgotten));
    }
    return expected.build();
  }
}
