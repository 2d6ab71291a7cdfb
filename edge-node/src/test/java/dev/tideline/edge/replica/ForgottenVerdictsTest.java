package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.upTo;
import static dev.tideline.edge.replica.TestedReplica.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.model.Receipt;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.SnapshotNeeded;
import dev.tideline.wire.v1.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge that was away for longer than the hub keeps verdicts hears in the snapshot that its
 * writes were decided, and nothing of how: it claims nothing of them.
 */
class ForgottenVerdictsTest {

  private static final Position HEAD = Position.newBuilder().setTerm(7).setRevision(3).build();
  private static final Position FORK = Position.newBuilder().setTerm(1).setRevision(1).build();

  @TempDir private Path directory = Path.of("");
  private final TestedReplica tested = new TestedReplica();
  private ReplicaDriver replica = tested.begun();

  @Test
  void aWriteWhoseVerdictTheHubHasForgottenIsNotTakenForApplied() {
    var longAgo = write(replica, "z/1");
    var recent = write(replica, "z/2");
    var undecided = write(replica, "z/3");
    var waiting = replica.verdict(longAgo);

    load(longAgo, recent);

    assertThat(replica.receipt(longAgo)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(replica.receipt(recent)).isInstanceOf(ReceiptState.Decided.class);
    assertThat(replica.receipt(undecided)).isInstanceOf(ReceiptState.Pending.class);
    assertThat(waiting).as("who waits is told nothing, and gives up in time").isNotDone();
    assertThat(replica.verdict(longAgo)).isNotDone();
  }

  @Test
  void thatIsKnownFromTheLogAloneAndFromACheckpointToo() {
    var longAgo = write(replica, "z/1");
    var recent = write(replica, "z/2");
    load(longAgo, recent);

    replica = tested.restarted();
    replica.recover();
    assertThat(replica.receipt(longAgo)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(replica.receipt(recent)).isInstanceOf(ReceiptState.Decided.class);

    checkpoints().run();
    replica = tested.restarted();
    checkpoints().recover();
    assertThat(replica.receipt(longAgo)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(replica.receipt(recent)).isInstanceOf(ReceiptState.Decided.class);
  }

  /** All verdicts are told anew, but for those that nobody knows any more. */
  @Test
  void whatWasToldBeforeTheHubWasSetBackAndIsForgottenThereIsNotTakenForApplied() {
    var rejected = write(replica, "z/1");
    replica.apply(
        ChangeBatch.newBuilder()
            .setTerm(1)
            .setFromRevision(1)
            .setToRevision(1)
            .addVerdicts(
                OwnVerdict.newBuilder()
                    .setIncarnation(rejected.id().incarnation())
                    .setSequence(1)
                    .setRevision(1)
                    .setVerdict(Verdict.REJECTED))
            .addIncluded(upTo(rejected))
            .build());
    assertThat(replica.receipt(rejected)).isInstanceOf(ReceiptState.Decided.class);

    load(SnapshotNeeded.newBuilder().setStreamAfter(HEAD).setFork(FORK), rejected, rejected);
    assertThat(replica.receipt(rejected)).isInstanceOf(ReceiptState.Forgotten.class);
  }

  /** The hub was set back, had it brought and decided again, and forgot it with its incarnation. */
  @Test
  void whatWasDecidedOfAnIncarnationThatTheHubHasForgottenIsNotPendingAgainBeyondAFork() {
    var decided = write(replica, "z/1");
    replica.apply(
        ChangeBatch.newBuilder()
            .setTerm(1)
            .setFromRevision(1)
            .setToRevision(1)
            .addIncluded(upTo(decided))
            .build());
    var never = write(replica, "z/1");
    load(
        SnapshotNeeded.newBuilder().setStreamAfter(HEAD).setFork(FORK),
        PartitionSnapshot.newBuilder().addForgotten(upTo(never)));
    var restarted = tested.restarted();
    restarted.recover();
    for (var each : List.of(replica, restarted)) {
      assertThat(each.receipt(decided)).isInstanceOf(ReceiptState.Forgotten.class);
      assertThat(each.receipt(never)).as("a copy's").isInstanceOf(ReceiptState.Pending.class);
      assertThat(each.backlog().count()).isEqualTo(1);
    }
  }

  private CheckpointDriver checkpoints() {
    var keepAll = new CheckpointRules(1, 1 << 20, 60_000);
    var kept = new FileCheckpoints(directory);
    return new CheckpointDriver(replica, kept, keepAll, new Metrics(), Machine.real());
  }

  /** The hub has decided the two, the first of them longer ago than it keeps verdicts. */
  private void load(Receipt longAgo, Receipt recent) {
    load(SnapshotNeeded.newBuilder().setStreamAfter(HEAD), longAgo, recent);
  }

  private void load(SnapshotNeeded.Builder needed, Receipt longAgo, Receipt recent) {
    load(
        needed,
        PartitionSnapshot.newBuilder()
            .addIncluded(upTo(recent))
            .addVerdictsForgotten(upTo(longAgo)));
  }

  private void load(SnapshotNeeded.Builder needed, PartitionSnapshot.Builder start) {
    var loads = replica.loads();
    loads.welcome(List.of(needed.build()));
    assertThat(loads.take(TestedReplica.starts(start.setStart(HEAD)))).isTrue();
    assertThat(loads.take(TestedReplica.ends(HEAD))).isTrue();
    assertThat(loads.isLoading()).isFalse();
  }
}
