package dev.tideline.hub.reconcile;

import static dev.tideline.hub.reconcile.TestedPartition.NOW_MS;
import static dev.tideline.hub.reconcile.TestedPartition.SKEW_MS;
import static dev.tideline.hub.reconcile.TestedPartition.assertVerdict;
import static dev.tideline.hub.reconcile.TestedPartition.open;
import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.delete;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static dev.tideline.hub.testing.ScriptedEdge.target;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import dev.tideline.hub.testing.HeapTable;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Operation;
import dev.tideline.model.SizeLimits;
import dev.tideline.model.State;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.Verdict;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a partition makes of mutations. */
class VerdictsTest {

  private final TestedPartition partition = new TestedPartition();
  private final ScriptedEdge a = partition.a;
  private final ScriptedEdge b = partition.b;

  @Nested
  class Verdicts {

    @Test
    void aWriteThatSawTheOtherReplacesIt() {
      partition.decide(a.at(5_000).write(put("players", "z/1", "first")));

      var decision =
          partition.decide(b.saw(1).at(1_000).write(put("players", "z/1", "second"))).getFirst();

      assertVerdict(decision, Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
      assertThat(partition.value("z/1")).isEqualTo("second");
    }

    @Test
    void aConcurrentEarlierWriteIsSupersededAndBothAreKept() {
      partition.decide(a.at(5_000).write(put("players", "z/1", "late")));

      var decision = partition.decide(b.at(1_000).write(put("players", "z/1", "early"))).getFirst();

      assertVerdict(decision, Verdict.SUPERSEDED, Reason.REASON_UNSPECIFIED);
      assertThat(decision.getConflicts(0).getWinner().getValue().toStringUtf8()).isEqualTo("late");
      assertThat(decision.getConflicts(0).getLoser().getValue().toStringUtf8()).isEqualTo("early");
      assertThat(decision.getChangesCount()).isZero();
      assertThat(partition.core.verdicts().find(b.id(1)).orElseThrow().revision()).isEqualTo(2);
    }

    @Test
    void anOverflowIsRejectedAndKept() {
      partition.decide(a.write(add("z/1", Long.MAX_VALUE)));

      var decision = partition.decide(b.write(add("z/1", 1))).getFirst();

      assertVerdict(decision, Verdict.REJECTED, Reason.OVERFLOW);
      assertThat(decision.getQuarantined()).isNotEmpty();
      assertThat(partition.sum("z/1")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatBreaksTheContractIsRefusedByName() {
      var decisions =
          partition.decide(
              a.write(put("inventory", "z/1", "x")),
              a.write(put("players", "z/1", "x".repeat(101))),
              a.write(put("nowhere", "z/1", "x")));

      assertVerdict(decisions.get(0), Verdict.REJECTED, Reason.WRONG_TYPE);
      assertVerdict(decisions.get(1), Verdict.REJECTED, Reason.TOO_LARGE);
      assertVerdict(decisions.get(2), Verdict.QUARANTINED, Reason.UNKNOWN_NAMESPACE);
      assertThat(partition.table.size()).isZero();
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

      var decisions = partition.decide(poison, later, a.write(add("z/1", 4)));

      assertVerdict(decisions.get(0), Verdict.QUARANTINED, Reason.MALFORMED);
      assertThat(decisions.get(0).getQuarantined()).isEqualTo(poison.toByteString());
      assertVerdict(decisions.get(1), Verdict.QUARANTINED, Reason.UNKNOWN_FIELDS);
      assertThat(decisions.get(1).getQuarantined()).isEqualTo(later.toByteString());
      assertThat(partition.sum("z/1")).isEqualTo(4);
    }

    @Test
    void aTimeFarAheadIsClampedAndFlagged() {
      partition.decide(a.at(NOW_MS + SKEW_MS + 1).write(put("players", "z/1", "ahead")));
      partition.decide(b.at(NOW_MS + SKEW_MS).write(put("players", "z/2", "allowed")));

      assertThat(partition.log.get(0).getDecisions(0).getClockClamped()).isTrue();
      assertThat(partition.log.get(1).getDecisions(0).getClockClamped()).isFalse();
      assertThat(partition.core.read(target("players", "z/1")))
          .isInstanceOfSatisfying(
              State.Register.class,
              register ->
                  assertThat(register.version().time().millis()).isEqualTo(NOW_MS + SKEW_MS));
    }

    @Test
    void ofTimesThatAreClampedTogetherTheLaterDecidedIsTheLater() {
      long ahead = NOW_MS + 2 * SKEW_MS;
      partition.decide(b.at(ahead + 1).write(put("players", "z/1", "first")));
      partition.decide(a.at(ahead).write(put("players", "z/1", "second")));
      assertThat(partition.value("z/1")).isEqualTo("second");
    }

    @Test
    void aFullTableRejectsWithNothingHalfDone() {
      partition.table = new HeapTable(2);
      partition.core = open(partition.table, 100);
      partition.decide(a.write(put("players", "z/1", "x")));

      var decisions =
          partition.decide(
              a.keyed("k", put("players", "z/2", "x"), put("players", "z/3", "x")),
              a.write(put("players", "z/1", "y")));

      assertVerdict(decisions.get(0), Verdict.REJECTED, Reason.TABLE_FULL);
      assertThat(decisions.get(0).getChangesCount()).isZero();
      assertThat(decisions.get(0).hasIdempotency()).isFalse();
      assertThat(partition.value("z/2")).isEqualTo("absent");
      assertVerdict(decisions.get(1), Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
    }
  }

  @Nested
  class SeveralOperations {

    @Test
    void areDecidedAtOneRevision() {
      var decision =
          partition
              .decide(a.write(put("players", "z/1", "x"), add("z/2", 3), add("z/2", 4)))
              .getFirst();

      assertThat(decision.getChangesCount()).isEqualTo(2);
      assertThat(partition.sum("z/2")).isEqualTo(7);
      assertThat(partition.core.head()).isEqualTo(1);
    }

    @Test
    void areAllRejectedIfOneIs() {
      partition.decide(a.write(add("z/2", Long.MAX_VALUE)));

      var decision =
          partition
              .decide(a.write(put("players", "z/1", "x"), add("z/3", 1), add("z/2", 1)))
              .getFirst();

      assertVerdict(decision, Verdict.REJECTED, Reason.OVERFLOW);
      assertThat(partition.value("z/1")).isEqualTo("absent");
      assertThat(partition.sum("z/3")).isZero();
    }

    @Test
    void areRejectedIfWhatTheyReplaceUnseenDoesNotFitARecord() {
      var large = "x".repeat(SizeLimits.VALUE_BYTES_MAX);
      for (int i = 0; i < 8; i++) {
        partition.decide(a.at(1_000).write(put("worlds", "z/" + i, large)));
      }
      var six = new Operation[6];
      var eight = new Operation[8];
      Arrays.setAll(six, i -> put("worlds", "z/" + i, "b"));
      Arrays.setAll(eight, i -> put("worlds", "z/" + i, "c"));

      var refused = partition.decide(b.at(5_000).write(eight)).getFirst();
      assertVerdict(refused, Verdict.REJECTED, Reason.TOO_LARGE);
      assertThat(refused.getSerializedSize()).isLessThan(SizeLimits.BATCH_BYTES_MAX);
      assertThat(partition.core.read(target("worlds", "z/7")))
          .isInstanceOfSatisfying(
              State.Register.class,
              kept -> assertThat(kept.version().value().toStringUtf8()).isEqualTo(large));

      var taken = partition.decide(b.at(6_000).write(six)).getFirst();
      assertVerdict(taken, Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
      assertThat(taken.getConflictsCount()).isEqualTo(6);
      assertThat(partition.log.getLast().getSerializedSize())
          .isLessThan(RecordLog.RECORD_BYTES_MAX);
    }

    @Test
    void seeWhatTheEarlierOnesOfTheMutationMade() {
      partition.decide(a.write(put("players", "z/1", "one"), put("players", "z/1", "two")));
      assertThat(partition.value("z/1")).isEqualTo("two");

      partition.decide(a.saw(1).write(put("players", "z/1", "three"), delete("players", "z/1")));
      assertThat(partition.core.read(target("players", "z/1")).dead()).isTrue();
    }

    @Test
    void areMergedIfOnlySomeAreSuperseded() {
      partition.decide(a.at(5_000).write(put("players", "z/1", "late")));

      var decision =
          partition
              .decide(b.at(1_000).write(put("players", "z/1", "early"), put("players", "z/2", "x")))
              .getFirst();

      assertVerdict(decision, Verdict.MERGED, Reason.REASON_UNSPECIFIED);
      assertThat(partition.value("z/1")).isEqualTo("late");
      assertThat(partition.value("z/2")).isEqualTo("x");
    }
  }
}
