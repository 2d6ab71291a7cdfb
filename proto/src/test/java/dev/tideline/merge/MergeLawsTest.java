package dev.tideline.merge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.StateBytes;
import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Position;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Reason;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.store.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The laws of semantics.md, over seeded histories. */
class MergeLawsTest {

  private static final int HISTORIES = 500;
  private static final QualifiedKey KEY = new QualifiedKey("ns", Key.of("z/k"));

  @ParameterizedTest
  @EnumSource(DataType.class)
  void theSameHistoryGivesTheSameState(DataType type) {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var history = history(type, new Random(seed));
      assertThat(fold(type, history)).as("seed %d", seed).isEqualTo(fold(type, history));
    }
  }

  @ParameterizedTest
  @EnumSource(DataType.class)
  void aFoldOverACompactedStateEqualsTheFoldOverTheFullHistory(DataType type) {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var random = new Random(seed);
      var history = history(type, random);
      int cut = random.nextInt(history.size() + 1);
      var compacted = compact(fold(type, history.subList(0, cut)));
      var state = foldOnto(type, compacted, history.subList(cut, history.size()));
      assertThat(state).as("seed %d, cut %d", seed, cut).isEqualTo(fold(type, history));
    }
  }

  @Test
  void whoWinsAmongConcurrentPutsDoesNotDependOnArrival() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var random = new Random(seed);
      var writes = new ArrayList<Write>();
      for (int i = 0; i < 2 + random.nextInt(5); i++) {
        writes.add(put(id("e" + i, 1), Context.NOTHING, time(random), "v" + i));
      }
      var expected = value(fold(DataType.REGISTER, renumbered(writes)));
      for (int shuffle = 0; shuffle < 10; shuffle++) {
        Collections.shuffle(writes, random);
        assertThat(value(fold(DataType.REGISTER, renumbered(writes))))
            .as("seed %d", seed)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void whoSawTheOtherWinsWhateverTheClocksSay() {
    var old = put(id("a", 1), Context.NOTHING, HybridTime.ofMillis(9_000_000), "old");
    var bySeenRevision =
        new Write(
            old.operation(),
            new Context(new Position(1, 1), List.of()),
            HybridTime.ofMillis(1),
            id("b", 1),
            2);
    var byOwnSequence =
        new Write(
            old.operation(),
            new Context(Position.START, List.of(id("a", 1))),
            HybridTime.ofMillis(1),
            id("a", 2),
            2);
    for (var late : List.of(bySeenRevision, byOwnSequence)) {
      var state = fold(DataType.REGISTER, List.of(withRevision(old, 1)));
      var outcome = MergeRule.of(DataType.REGISTER).apply(state, late);
      assertThat(outcome).isInstanceOf(Outcome.Changed.class);
      assertThat(((Outcome.Changed) outcome).clash()).isEmpty();
    }
  }

  @Test
  void aConcurrentLoserIsSupersededAndBothAreKept() {
    var early = put(id("a", 1), Context.NOTHING, HybridTime.ofMillis(10), "early");
    var late = put(id("b", 1), Context.NOTHING, HybridTime.ofMillis(20), "late");
    var rule = MergeRule.of(DataType.REGISTER);
    var lost =
        (Outcome.Unchanged)
            rule.apply(fold(DataType.REGISTER, List.of(withRevision(late, 1))), early);
    assertThat(lost.verdict()).isEqualTo(Verdict.SUPERSEDED);
    assertThat(lost.clash().orElseThrow().winner().value().toStringUtf8()).isEqualTo("late");
    var won =
        (Outcome.Changed)
            rule.apply(fold(DataType.REGISTER, List.of(withRevision(early, 1))), late);
    assertThat(won.verdict()).isEqualTo(Verdict.APPLIED);
    assertThat(won.clash().orElseThrow().loser().value().toStringUtf8()).isEqualTo("early");
  }

  @Test
  void aSumDoesNotDependOnArrival() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var random = new Random(seed);
      var writes = new ArrayList<Write>();
      long sum = 0;
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        long delta = random.nextLong(-1_000, 1_000);
        sum += delta;
        writes.add(add(id("e" + random.nextInt(3), i + 1), delta, time(random)));
      }
      Collections.shuffle(writes, random);
      var state = (State.Counter) fold(DataType.COUNTER, renumbered(writes));
      assertThat(state.sum()).as("seed %d", seed).isEqualTo(sum);
    }
  }

  @Test
  void anAdditionThatWouldOverflowIsRejectedAndChangesNothing() {
    var rule = MergeRule.of(DataType.COUNTER);
    for (long edge : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
      var full = fold(DataType.COUNTER, List.of(withRevision(add(id("a", 1), edge, time(1)), 1)));
      var outcome = rule.apply(full, add(id("a", 2), Long.signum(edge), time(2)));
      assertThat(outcome).isInstanceOf(Outcome.Unchanged.class);
      assertThat(outcome.verdict()).isEqualTo(Verdict.REJECTED);
      assertThat(((Outcome.Unchanged) outcome).reason()).isEqualTo(Reason.OVERFLOW);
    }
  }

  @Test
  void aTokenSawACounterExactlyIfItSawEveryAddition() {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var random = new Random(seed);
      var ids = new ArrayList<MutationId>();
      State state = State.ABSENT;
      for (int i = 1; i <= 1 + random.nextInt(8); i++) {
        var id = id("e" + random.nextInt(3), i);
        ids.add(id);
        state = foldOnto(DataType.COUNTER, state, List.of(withRevision(add(id, 1, time(i)), i)));
      }
      int seenRevision = random.nextInt(ids.size() + 1);
      var own = ids.get(random.nextInt(ids.size()));
      var context = new Context(new Position(1, seenRevision), List.of(own));
      boolean sawAll = true;
      for (int i = 0; i < ids.size(); i++) {
        sawAll &= i + 1 <= seenRevision || context.sawOwn(ids.get(i));
      }
      assertThat(MergeRule.of(DataType.COUNTER).seenBy(state, context))
          .as("seed %d", seed)
          .isEqualTo(sawAll);
    }
  }

  @Test
  void aDuplicateJoinsTheOriginsOfTheVersionThatIsStillThere() {
    var first = id("a", 1);
    var state =
        fold(
            DataType.REGISTER, List.of(withRevision(put(first, Context.NOTHING, time(1), "v"), 7)));
    var rule = MergeRule.of(DataType.REGISTER);
    var joined = rule.joinOrigin(state, first, id("b", 3)).orElseThrow();
    assertThat(joined.revision()).isEqualTo(7);
    assertThat(rule.seenBy(joined, new Context(Position.START, List.of(id("b", 3))))).isTrue();
    assertThat(rule.joinOrigin(state, id("c", 1), id("b", 3))).isEmpty();
  }

  @Test
  void everyOperationHasAnOutcomeOnEveryState() {
    var operations =
        List.of(
            put(id("a", 5), Context.NOTHING, time(1), "v"),
            add(id("a", 6), 1, time(2)),
            new Write(
                new Operation.Delete(KEY, Precondition.NONE, 0),
                Context.NOTHING,
                time(3),
                id("a", 7),
                9));
    var states = new ArrayList<State>(List.of(State.ABSENT));
    for (var type : DataType.values()) {
      states.add(fold(type, history(type, new Random(1))));
    }
    for (var type : DataType.values()) {
      for (var state : states) {
        for (var write : operations) {
          assertThat(MergeRule.of(type).apply(state, write).verdict()).isNotNull();
        }
      }
    }
  }

  private static List<Write> history(DataType type, Random random) {
    var history = new ArrayList<Write>();
    int length = 1 + random.nextInt(30);
    for (int i = 1; i <= length; i++) {
      var edge = "e" + random.nextInt(3);
      var context =
          new Context(
              new Position(1, random.nextInt(i)),
              random.nextBoolean() ? List.of(id(edge, i - 1)) : List.of());
      history.add(withRevision(write(type, id(edge, i), context, random), i));
    }
    return history;
  }

  private static Write write(DataType type, MutationId id, Context context, Random random) {
    return switch (type) {
      case COUNTER -> add(id, random.nextLong(), time(random));
      case REGISTER ->
          random.nextInt(4) == 0
              ? new Write(
                  new Operation.Delete(KEY, Precondition.NONE, 0), context, time(random), id, 0)
              : put(id, context, time(random), "v" + random.nextInt());
    };
  }

  private static State fold(DataType type, List<Write> writes) {
    return foldOnto(type, State.ABSENT, writes);
  }

  private static State foldOnto(DataType type, State start, List<Write> writes) {
    var state = start;
    for (var write : writes) {
      if (MergeRule.of(type).apply(state, write) instanceof Outcome.Changed changed) {
        state = changed.state();
      }
    }
    return state;
  }

  private static State compact(State state) {
    var slice = new Slice(8);
    StateBytes.append(state, slice);
    return StateBytes.read(slice, 0);
  }

  private static List<Write> renumbered(List<Write> writes) {
    var numbered = new ArrayList<Write>();
    for (var write : writes) {
      numbered.add(withRevision(write, numbered.size() + 1));
    }
    return numbered;
  }

  private static Write withRevision(Write write, long revision) {
    return new Write(write.operation(), write.context(), write.time(), write.id(), revision);
  }

  private static Write put(MutationId id, Context context, HybridTime time, String value) {
    var operation =
        new Operation.Put(KEY, ByteString.copyFromUtf8(value), "text/plain", Precondition.NONE, 0);
    return new Write(operation, context, time, id, 0);
  }

  private static Write add(MutationId id, long delta, HybridTime time) {
    var operation = new Operation.Add(KEY, delta, Precondition.NONE, 0);
    return new Write(operation, Context.NOTHING, time, id, 0);
  }

  private static MutationId id(String edge, long sequence) {
    return new MutationId(new EdgeId(edge), 7, sequence);
  }

  private static HybridTime time(Random random) {
    return HybridTime.ofMillis(random.nextInt(5));
  }

  private static HybridTime time(long millis) {
    return HybridTime.ofMillis(millis);
  }

  private static String value(State state) {
    return ((State.Register) state).version().value().toStringUtf8();
  }
}
