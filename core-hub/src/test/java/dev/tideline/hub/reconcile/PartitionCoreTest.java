package dev.tideline.hub.reconcile;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.delete;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static dev.tideline.hub.testing.ScriptedEdge.target;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.tideline.codec.Ids;
import dev.tideline.hub.testing.HeapTable;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.SizeLimits;
import dev.tideline.model.State;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.TermBegun;
import dev.tideline.wire.v1.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PartitionCoreTest {

  private static final long NOW_MS = 10_000;
  private static final long SKEW_MS = 60_000;
  private static final long TERM = 7;
  private static final Catalog CATALOG =
      new Catalog(
          1,
          List.of(
              new NamespaceContract("players", DataType.REGISTER, Durability.DISK, 100, 1),
              new NamespaceContract(
                  "worlds", DataType.REGISTER, Durability.DISK, SizeLimits.VALUE_BYTES_MAX, 1),
              new NamespaceContract("inventory", DataType.COUNTER, Durability.DISK, 100, 1)));

  private final List<PartitionRecord> log = new ArrayList<>();
  private final ScriptedEdge a = new ScriptedEdge("a", 1, 1);
  private final ScriptedEdge b = new ScriptedEdge("b", 1, 1);
  private HeapTable table = new HeapTable(1000);
  private PartitionCore core = open(table, 100);

  private static PartitionCore open(HeapTable table, int keysMax) {
    var core = new PartitionCore(0, table, new IdempotencyBudget(keysMax));
    core.enter(term());
    core.open(CATALOG, SKEW_MS);
    return core;
  }

  private static TermBegun term() {
    return TermBegun.newBuilder()
        .setTerm(TERM)
        .addFirsts(TermBegun.FirstRevision.newBuilder().setRevision(1))
        .build();
  }

  private static Share share(Mutation... mutations) {
    var id = Ids.decode(mutations[0].getId());
    return new Share(Source.of(id), 0, List.of(mutations));
  }

  private List<Decision> decide(Mutation... mutations) {
    var step = core.decide(share(mutations), 0, NOW_MS);
    assertThat(step.gap()).isFalse();
    assertThat(step.next()).isEqualTo(mutations.length);
    core.commit();
    step.record().ifPresent(log::add);
    return step.record().map(PartitionRecord::getDecisionsList).orElse(List.of());
  }

  private static void assertVerdict(Decision decision, Verdict verdict, Reason reason) {
    assertThat(decision.getVerdict()).isEqualTo(verdict);
    assertThat(decision.getReason()).isEqualTo(reason);
  }

  private String value(String key) {
    return core.read(target("players", key)) instanceof State.Register register
        ? register.version().value().toStringUtf8()
        : "absent";
  }

  private long sum(String key) {
    return core.read(target("inventory", key)) instanceof State.Counter counter ? counter.sum() : 0;
  }

  @Nested
  class Order {

    @Test
    void everyDecisionTakesOneRevision() {
      decide(a.write(put("players", "z/1", "x")), a.write(put("unknown", "z/2", "x")));
      decide(b.write(add("z/3", 5)));

      assertThat(log).extracting(PartitionRecord::getFirstRevision).containsExactly(1L, 3L);
      assertThat(log.getFirst().getTerm()).isEqualTo(TERM);
      assertThat(core.head()).isEqualTo(3);
    }

    @Test
    void theWatermarkMovesInTheSameRecord() {
      var second = a.write(add("z/1", 1));
      var third = a.write(add("z/1", 1));
      assertThat(second.getId().getSequence()).isEqualTo(1);
      decide(second, third);

      var watermark = log.getFirst().getWatermarks(0);
      assertThat(watermark.getSequence()).isEqualTo(2);
      assertThat(watermark.getContentHash()).isEqualTo(third.getContentHash());
      assertThat(core.watermark(new Source(new EdgeId("a"), 1)).sequence()).isEqualTo(2);
    }

    @Test
    void whatTheWatermarkCoversIsNotDecidedAgain() {
      var first = a.write(add("z/1", 5));
      decide(first);

      assertThat(decide(first)).isEmpty();
      assertThat(decide(first, a.write(add("z/1", 2)))).hasSize(1);
      assertThat(sum("z/1")).isEqualTo(7);
    }

    @Test
    void aGapStopsTheShareBeforeIt() {
      var first = a.write(add("z/1", 1));
      a.write(add("z/1", 1));
      var third = a.write(add("z/1", 1));

      var step = core.decide(share(first, third), 0, NOW_MS);

      assertThat(step.gap()).isTrue();
      assertThat(step.next()).isEqualTo(1);
      assertThat(step.record().orElseThrow().getDecisionsCount()).isEqualTo(1);
    }

    @Test
    void anotherIncarnationBeginsAnew() {
      decide(a.write(add("z/1", 1)));

      decide(new ScriptedEdge("a", 2, 1).write(add("z/1", 1)));

      assertThat(sum("z/1")).isEqualTo(2);
    }

    @Test
    void aLargeShareBecomesSeveralRecords() {
      var catalog =
          new Catalog(
              1,
              List.of(
                  new NamespaceContract("players", DataType.REGISTER, Durability.DISK, 65536, 1)));
      core.open(catalog, SKEW_MS);
      var mutations = new Mutation[20];
      for (int i = 0; i < mutations.length; i++) {
        mutations[i] = a.write(put("players", "z/" + i, "x".repeat(60_000)));
      }
      int next = 0;
      int records = 0;
      while (next < mutations.length) {
        var step = core.decide(share(mutations), next, NOW_MS);
        core.commit();
        assertThat(step.record().orElseThrow().getSerializedSize())
            .isLessThan(SizeLimits.RECORD_BYTES_TARGET + 70_000);
        next = step.next();
        records++;
      }
      assertThat(records).isEqualTo(4);
      assertThat(core.head()).isEqualTo(20);
    }

    @Test
    void whatCouldNotBeAppendedIsAsIfItHadNeverCome() {
      decide(a.write(put("players", "z/1", "before")), a.keyed("k0", add("z/c", 1)));
      var content = table.content();
      var share = share(a.write(put("players", "z/1", "after")), a.keyed("k", add("z/c", 1)));

      core.decide(share, 0, NOW_MS);
      core.abandon();

      assertThat(table.content()).isEqualTo(content);
      assertThat(core.head()).isEqualTo(2);
      assertThat(core.decide(share, 0, NOW_MS).record().orElseThrow().getDecisionsList())
          .extracting(Decision::getVerdict)
          .containsOnly(Verdict.APPLIED);
    }
  }

  @Nested
  class Verdicts {

    @Test
    void aWriteThatSawTheOtherReplacesIt() {
      decide(a.at(5_000).write(put("players", "z/1", "first")));

      var decision = decide(b.saw(1).at(1_000).write(put("players", "z/1", "second"))).getFirst();

      assertVerdict(decision, Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
      assertThat(value("z/1")).isEqualTo("second");
    }

    @Test
    void aConcurrentEarlierWriteIsSupersededAndBothAreKept() {
      decide(a.at(5_000).write(put("players", "z/1", "late")));

      var decision = decide(b.at(1_000).write(put("players", "z/1", "early"))).getFirst();

      assertVerdict(decision, Verdict.SUPERSEDED, Reason.REASON_UNSPECIFIED);
      assertThat(decision.getConflicts(0).getWinner().getValue().toStringUtf8()).isEqualTo("late");
      assertThat(decision.getConflicts(0).getLoser().getValue().toStringUtf8()).isEqualTo("early");
      assertThat(decision.getChangesCount()).isZero();
      assertThat(core.verdict(b.id(1)).orElseThrow().revision()).isEqualTo(2);
    }

    @Test
    void anOverflowIsRejectedAndKept() {
      decide(a.write(add("z/1", Long.MAX_VALUE)));

      var decision = decide(b.write(add("z/1", 1))).getFirst();

      assertVerdict(decision, Verdict.REJECTED, Reason.OVERFLOW);
      assertThat(decision.getQuarantined()).isNotEmpty();
      assertThat(sum("z/1")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatBreaksTheContractIsRefusedByName() {
      var decisions =
          decide(
              a.write(put("inventory", "z/1", "x")),
              a.write(put("players", "z/1", "x".repeat(101))),
              a.write(put("nowhere", "z/1", "x")));

      assertVerdict(decisions.get(0), Verdict.REJECTED, Reason.WRONG_TYPE);
      assertVerdict(decisions.get(1), Verdict.REJECTED, Reason.TOO_LARGE);
      assertVerdict(decisions.get(2), Verdict.QUARANTINED, Reason.UNKNOWN_NAMESPACE);
      assertThat(table.size()).isZero();
    }

    @Test
    void whatCannotBeReadIsQuarantinedAndTheRestGoesOn() {
      var poison = a.write(add("z/1", 1)).toBuilder().setZone("elsewhere").build();
      var later =
          a.write(add("z/1", 1)).toBuilder()
              .setUnknownFields(
                  UnknownFieldSet.newBuilder()
                      .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                      .build())
              .build();

      var decisions = decide(poison, later, a.write(add("z/1", 4)));

      assertVerdict(decisions.get(0), Verdict.QUARANTINED, Reason.MALFORMED);
      assertThat(decisions.get(0).getQuarantined()).isEqualTo(poison.toByteString());
      assertVerdict(decisions.get(1), Verdict.QUARANTINED, Reason.UNKNOWN_FIELDS);
      assertThat(decisions.get(1).getQuarantined()).isEqualTo(later.toByteString());
      assertThat(sum("z/1")).isEqualTo(4);
    }

    @Test
    void aTimeFarAheadIsClampedAndFlagged() {
      decide(a.at(NOW_MS + SKEW_MS + 1).write(put("players", "z/1", "ahead")));
      decide(b.at(NOW_MS + SKEW_MS).write(put("players", "z/2", "allowed")));

      assertThat(log.get(0).getDecisions(0).getClockClamped()).isTrue();
      assertThat(log.get(1).getDecisions(0).getClockClamped()).isFalse();
      assertThat(core.read(target("players", "z/1")))
          .isInstanceOfSatisfying(
              State.Register.class,
              register ->
                  assertThat(register.version().time().millis()).isEqualTo(NOW_MS + SKEW_MS));
    }

    @Test
    void aFullTableRejectsWithNothingHalfDone() {
      table = new HeapTable(2);
      core = open(table, 100);
      decide(a.write(put("players", "z/1", "x")));

      var decisions =
          decide(
              a.keyed("k", put("players", "z/2", "x"), put("players", "z/3", "x")),
              a.write(put("players", "z/1", "y")));

      assertVerdict(decisions.get(0), Verdict.REJECTED, Reason.TABLE_FULL);
      assertThat(decisions.get(0).getChangesCount()).isZero();
      assertThat(decisions.get(0).hasIdempotency()).isFalse();
      assertThat(value("z/2")).isEqualTo("absent");
      assertVerdict(decisions.get(1), Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
    }
  }

  @Nested
  class SeveralOperations {

    @Test
    void areDecidedAtOneRevision() {
      var decision =
          decide(a.write(put("players", "z/1", "x"), add("z/2", 3), add("z/2", 4))).getFirst();

      assertThat(decision.getChangesCount()).isEqualTo(2);
      assertThat(sum("z/2")).isEqualTo(7);
      assertThat(core.head()).isEqualTo(1);
    }

    @Test
    void areAllRejectedIfOneIs() {
      decide(a.write(add("z/2", Long.MAX_VALUE)));

      var decision =
          decide(a.write(put("players", "z/1", "x"), add("z/3", 1), add("z/2", 1))).getFirst();

      assertVerdict(decision, Verdict.REJECTED, Reason.OVERFLOW);
      assertThat(value("z/1")).isEqualTo("absent");
      assertThat(sum("z/3")).isZero();
    }

    @Test
    void areRejectedIfWhatTheyReplaceUnseenDoesNotFitARecord() {
      var large = "x".repeat(SizeLimits.VALUE_BYTES_MAX);
      for (int i = 0; i < 8; i++) {
        decide(a.at(1_000).write(put("worlds", "z/" + i, large)));
      }
      var six = new Operation[6];
      var eight = new Operation[8];
      Arrays.setAll(six, i -> put("worlds", "z/" + i, "b"));
      Arrays.setAll(eight, i -> put("worlds", "z/" + i, "c"));

      var refused = decide(b.at(5_000).write(eight)).getFirst();
      assertVerdict(refused, Verdict.REJECTED, Reason.TOO_LARGE);
      assertThat(refused.getSerializedSize()).isLessThan(SizeLimits.BATCH_BYTES_MAX);
      assertThat(core.read(target("worlds", "z/7")))
          .isInstanceOfSatisfying(
              State.Register.class,
              kept -> assertThat(kept.version().value().toStringUtf8()).isEqualTo(large));

      var taken = decide(b.at(6_000).write(six)).getFirst();
      assertVerdict(taken, Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
      assertThat(taken.getConflictsCount()).isEqualTo(6);
      assertThat(log.getLast().getSerializedSize()).isLessThan(RecordLog.RECORD_BYTES_MAX);
    }

    @Test
    void seeWhatTheEarlierOnesOfTheMutationMade() {
      decide(a.write(put("players", "z/1", "one"), put("players", "z/1", "two")));
      assertThat(value("z/1")).isEqualTo("two");

      decide(a.saw(1).write(put("players", "z/1", "three"), delete("players", "z/1")));
      assertThat(core.read(target("players", "z/1")).dead()).isTrue();
    }

    @Test
    void areMergedIfOnlySomeAreSuperseded() {
      decide(a.at(5_000).write(put("players", "z/1", "late")));

      var decision =
          decide(b.at(1_000).write(put("players", "z/1", "early"), put("players", "z/2", "x")))
              .getFirst();

      assertVerdict(decision, Verdict.MERGED, Reason.REASON_UNSPECIFIED);
      assertThat(value("z/1")).isEqualTo("late");
      assertThat(value("z/2")).isEqualTo("x");
    }
  }

  @Nested
  class IdempotencyKeys {

    @Test
    void aRepetitionAtAnotherEdgeIsADuplicateOfTheFirst() {
      decide(a.keyed("k", add("z/1", 5)));

      var decision = decide(b.keyed("k", add("z/1", 5))).getFirst();

      assertVerdict(decision, Verdict.DUPLICATE, Reason.REASON_UNSPECIFIED);
      assertThat(Ids.decode(decision.getFirst())).isEqualTo(a.id(1));
      assertThat(sum("z/1")).isEqualTo(5);
    }

    @Test
    void theDuplicateJoinsTheOriginsAndTheVersionKeepsItsRevision() {
      decide(a.keyed("k", put("players", "z/1", "x")));

      var decision = decide(b.keyed("k", put("players", "z/1", "x"))).getFirst();

      var change = Records.parseChange(decision.getChanges(0));
      assertThat(change.getRevision()).isEqualTo(2);
      assertThat(change.getPreviousRevision()).isEqualTo(1);
      assertThat(change.getFull().getRegister().getVersion().getRevision()).isEqualTo(1);
      assertThat(change.getFull().getRegister().getVersion().getOriginsList())
          .extracting(Ids::decode)
          .containsExactly(a.id(1), b.id(1));
    }

    @Test
    void aDuplicateOfAVersionThatIsGoneChangesNothing() {
      decide(a.keyed("k", put("players", "z/1", "x")));
      decide(a.saw(1).write(put("players", "z/1", "y")));

      assertThat(decide(b.keyed("k", put("players", "z/1", "x"))).getFirst().getChangesCount())
          .isZero();
      assertThat(value("z/1")).isEqualTo("y");
    }

    @Test
    void otherContentUnderTheSameKeyIsRejected() {
      decide(a.keyed("k", add("z/1", 5)));

      assertVerdict(
          decide(b.keyed("k", add("z/1", 6))).getFirst(),
          Verdict.REJECTED,
          Reason.IDEMPOTENCY_KEY_REUSED);
      assertThat(sum("z/1")).isEqualTo(5);
    }

    @Test
    void theSameKeyOnAnotherTargetIsAnotherKey() {
      decide(a.keyed("k", add("z/1", 5)), a.keyed("k", add("z/2", 6)));

      assertThat(sum("z/2")).isEqualTo(6);
    }

    @Test
    void aRepetitionWithinOneShareIsADuplicateToo() {
      var decisions = decide(a.keyed("k", add("z/1", 5)), a.keyed("k", add("z/1", 5)));

      assertVerdict(decisions.get(1), Verdict.DUPLICATE, Reason.REASON_UNSPECIFIED);
      assertThat(sum("z/1")).isEqualTo(5);
    }

    @Test
    void atTheLimitFurtherKeysAreQuarantinedAndKnownOnesStillRecognised() {
      core = open(table, 1);
      decide(a.keyed("k1", add("z/1", 5)));

      assertVerdict(
          decide(a.keyed("k2", add("z/1", 5))).getFirst(), Verdict.QUARANTINED, Reason.KEYS_FULL);
      assertVerdict(
          decide(b.keyed("k1", add("z/1", 5))).getFirst(),
          Verdict.DUPLICATE,
          Reason.REASON_UNSPECIFIED);
    }
  }

  @Test
  void replayLeavesTheSameState() {
    for (int seed = 1; seed <= 20; seed++) {
      log.clear();
      table = new HeapTable(1000);
      core = open(table, 50);
      randomHistory(new Random(seed));

      var again = new HeapTable(1000);
      var replayed = new PartitionCore(0, again, new IdempotencyBudget(50));
      replayed.enter(term());
      log.forEach(record -> replayed.replay(record, 0));
      replayed.open(CATALOG, SKEW_MS);

      assertThat(again.content()).as("seed %d", seed).isEqualTo(table.content());
      assertThat(replayed.status()).isEqualTo(core.status());
      for (var edge : List.of("p", "q")) {
        var source = new Source(new EdgeId(edge), 1);
        assertThat(replayed.watermark(source)).isEqualTo(core.watermark(source));
        for (long s = 1; s <= core.watermark(source).sequence(); s++) {
          var id = new dev.tideline.model.MutationId(source.edge(), 1, s);
          assertThat(replayed.verdict(id)).isEqualTo(core.verdict(id));
        }
      }
      // The idempotency keys cannot be looked into, but what they decide can.
      var probe = new ScriptedEdge("r", 1, 1);
      for (int k = 0; k < 12; k++) {
        var repeat = share(probe.keyed("k" + k, add("z/c" + k % 3, 1)));
        assertThat(replayed.decide(repeat, 0, NOW_MS).record())
            .isEqualTo(core.decide(repeat, 0, NOW_MS).record());
        replayed.commit();
        core.commit();
      }
    }
  }

  private void randomHistory(Random random) {
    var edges = List.of(new ScriptedEdge("p", 1, 1), new ScriptedEdge("q", 1, 1));
    for (int i = 0; i < 200; i++) {
      var edge = edges.get(random.nextInt(2)).saw(random.nextInt((int) core.head() + 1));
      edge.at(random.nextInt(100_000));
      var key = "z/" + random.nextInt(5);
      int k = random.nextInt(12);
      switch (random.nextInt(6)) {
        case 0 -> decide(edge.write(delete("players", key)));
        case 1 -> decide(edge.keyed("k" + k, add("z/c" + k % 3, 1 + random.nextInt(2))));
        case 2 -> decide(edge.write(put("players", key, "x" + i), add("z/c0", 1)));
        case 3 -> decide(edge.keyed("p" + k, put("players", "z/" + k % 3, "v" + k)));
        case 4 -> decide(edge.write(put("nowhere", key, "x")));
        default -> decide(edge.write(put("players", key, "x" + i)));
      }
    }
  }
}
