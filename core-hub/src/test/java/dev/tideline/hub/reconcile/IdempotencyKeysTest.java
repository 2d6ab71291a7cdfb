package dev.tideline.hub.reconcile;

import static dev.tideline.hub.reconcile.TestedPartition.assertVerdict;
import static dev.tideline.hub.reconcile.TestedPartition.open;
import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.codec.Ids;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.Former;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a partition makes of mutations that come again under a key. */
class IdempotencyKeysTest {

  private final TestedPartition partition = new TestedPartition();
  private final ScriptedEdge a = partition.a;
  private final ScriptedEdge b = partition.b;

  @Test
  void aRepetitionAtAnotherEdgeIsADuplicateOfTheFirst() {
    partition.decide(a.keyed("k", add("z/1", 5)));

    var decision = partition.decide(b.keyed("k", add("z/1", 5))).getFirst();

    assertVerdict(decision, Verdict.DUPLICATE, Reason.REASON_UNSPECIFIED);
    assertThat(Ids.decode(decision.getFirst())).isEqualTo(a.id(1));
    assertThat(partition.sum("z/1")).isEqualTo(5);
  }

  @Test
  void theDuplicateJoinsTheOriginsAndTheVersionKeepsItsRevision() throws Exception {
    partition.decide(a.keyed("k", put("players", "z/1", "x")));

    var decision = partition.decide(b.keyed("k", put("players", "z/1", "x"))).getFirst();

    var change = Change.parseFrom(decision.getChanges(0));
    assertThat(change.getRevision()).isEqualTo(2);
    assertThat(change.getPreviousRevision()).isEqualTo(1);
    assertThat(change.getFull().getRegister().getVersion().getRevision()).isEqualTo(1);
    assertThat(change.getFull().getRegister().getVersion().getOriginsList())
        .extracting(Ids::decode)
        .containsExactly(a.id(1), b.id(1));
  }

  @Test
  void aDuplicateOfAVersionThatIsGoneChangesNothing() {
    partition.decide(a.keyed("k", put("players", "z/1", "x")));
    partition.decide(a.saw(1).write(put("players", "z/1", "y")));

    assertThat(
            partition.decide(b.keyed("k", put("players", "z/1", "x"))).getFirst().getChangesCount())
        .isZero();
    assertThat(partition.value("z/1")).isEqualTo("y");
  }

  @Test
  void otherContentUnderTheSameKeyIsRejected() {
    partition.decide(a.keyed("k", add("z/1", 5)));

    assertVerdict(
        partition.decide(b.keyed("k", add("z/1", 6))).getFirst(),
        Verdict.REJECTED,
        Reason.IDEMPOTENCY_KEY_REUSED);
    assertThat(partition.sum("z/1")).isEqualTo(5);
  }

  @Test
  void theSameKeyOnAnotherTargetIsAnotherKey() {
    partition.decide(a.keyed("k", add("z/1", 5)), a.keyed("k", add("z/2", 6)));

    assertThat(partition.sum("z/2")).isEqualTo(6);
  }

  @Test
  void aRepetitionWithinOneShareIsADuplicateToo() {
    var decisions = partition.decide(a.keyed("k", add("z/1", 5)), a.keyed("k", add("z/1", 5)));

    assertVerdict(decisions.get(1), Verdict.DUPLICATE, Reason.REASON_UNSPECIFIED);
    assertThat(partition.sum("z/1")).isEqualTo(5);
  }

  @Test
  void whatIsOlderThanKeysAreKnownIsKeptAsideUnlessItWasDecidedBefore() {
    var old = a.keyed("k1", add("z/1", 5));
    var again = a.keyed("k2", add("z/1", 7));
    long later = TestedPartition.NOW_MS + IdempotencyBudget.RETENTION_MS + 1_000;
    var share = TestedPartition.share(old, again);
    var former = Former.newBuilder().setPosition(Position.newBuilder().setTerm(1).setRevision(2));
    var formers = List.of(Former.getDefaultInstance(), former.build());

    var step =
        partition.core.decide(new Share(share.source(), 0, share.mutations(), formers), 0, later);

    var decisions = step.record().orElseThrow().getDecisionsList();
    assertVerdict(decisions.get(0), Verdict.QUARANTINED, Reason.KEY_EXPIRED);
    assertVerdict(decisions.get(1), Verdict.APPLIED, Reason.REASON_UNSPECIFIED);
  }

  @Test
  void atTheLimitFurtherKeysAreQuarantinedAndKnownOnesStillRecognised() {
    partition.core = open(partition.table, 1);
    partition.decide(a.keyed("k1", add("z/1", 5)));

    assertVerdict(
        partition.decide(a.keyed("k2", add("z/1", 5))).getFirst(),
        Verdict.QUARANTINED,
        Reason.KEYS_FULL);
    assertVerdict(
        partition.decide(b.keyed("k1", add("z/1", 5))).getFirst(),
        Verdict.DUPLICATE,
        Reason.REASON_UNSPECIFIED);
  }
}
