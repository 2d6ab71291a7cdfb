package dev.tideline.edge.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.SnapshotEnd;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotNeeded;
import dev.tideline.wire.v1.SnapshotStart;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge that was away for longer than the hub keeps verdicts hears in the snapshot that its
 * writes were decided, and nothing of how: it claims nothing of them.
 */
class ForgottenVerdictsTest {

  private static final EdgeId EDGE = new EdgeId("a");
  private static final long INCARNATION_TERM = 7;
  private static final Position HEAD =
      Position.newBuilder().setTerm(INCARNATION_TERM).setRevision(3).build();
  private static final NamespaceContract TEXTS =
      new NamespaceContract("texts", DataType.REGISTER, Durability.DISK, 1024, 1);

  @TempDir private Path directory = Path.of("");
  private KeptLog journalLog = new KeptLog();
  private KeptLog applyLog = new KeptLog();
  private ReplicaDriver replica = replica();

  @BeforeEach
  void begin() {
    replica.recover();
    replica.begin(1, "boot");
    replica.welcome(new Layout(1), Optional.of(new Catalog(1, List.of(TEXTS))), HybridTime.ZERO);
  }

  @Test
  void aWriteWhoseVerdictTheHubHasForgottenIsNotTakenForApplied() {
    var longAgo = write("z/1");
    var recent = write("z/2");
    var undecided = write("z/3");
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
    var longAgo = write("z/1");
    var recent = write("z/2");
    load(longAgo, recent);

    restart();
    replica.recover();
    assertThat(replica.receipt(longAgo)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(replica.receipt(recent)).isInstanceOf(ReceiptState.Decided.class);

    var keepAll = new CheckpointRules(1, 1 << 20, 60_000);
    var checkpoints = new FileCheckpoints(directory);
    new CheckpointDriver(replica, checkpoints, keepAll, new Metrics(), Machine.real()).run();
    restart();
    new CheckpointDriver(replica, checkpoints, keepAll, new Metrics(), Machine.real()).recover();
    assertThat(replica.receipt(longAgo)).isInstanceOf(ReceiptState.Forgotten.class);
    assertThat(replica.receipt(recent)).isInstanceOf(ReceiptState.Decided.class);
  }

  /** The hub has decided the two, the first of them longer ago than it keeps verdicts. */
  private void load(Receipt longAgo, Receipt recent) {
    var loads = replica.loads();
    loads.welcome(List.of(SnapshotNeeded.newBuilder().setStreamAfter(HEAD).build()));
    var start =
        PartitionSnapshot.newBuilder()
            .setStart(HEAD)
            .addIncluded(upTo(recent))
            .addVerdictsForgotten(upTo(longAgo));
    assertThat(
            loads.take(frame().setStart(SnapshotStart.newBuilder().addPartitions(start)).build()))
        .isTrue();
    assertThat(loads.take(frame().setEnd(SnapshotEnd.newBuilder().addEnds(HEAD)).build())).isTrue();
    assertThat(loads.isLoading()).isFalse();
  }

  private static SnapshotFrame.Builder frame() {
    return SnapshotFrame.newBuilder();
  }

  private static IncludedSequence upTo(Receipt receipt) {
    return IncludedSequence.newBuilder()
        .setIncarnation(receipt.id().incarnation())
        .setSequence(receipt.id().sequence())
        .build();
  }

  private Receipt write(String key) {
    var target = new QualifiedKey("texts", Key.of(key));
    var value = ByteString.copyFromUtf8("v");
    var put = new Operation.Put(target, value, "text/plain", Precondition.NONE, 0);
    var intent = new WriteIntent(List.of(put), TEXTS.version(), "", ByteString.EMPTY);
    return ((WriteOutcome.Journalled) replica.write(intent)).receipt();
  }

  private void restart() {
    journalLog = journalLog.kill();
    applyLog = applyLog.kill();
    replica = replica();
  }

  private ReplicaDriver replica() {
    var cache = new ViewCache(new InMemoryTable(TableConfig.DEFAULT));
    var limits = new ReplicaLimits(1_000, 1 << 20, 60_000);
    var core = new ReplicaCore(EDGE, cache, limits, () -> new InMemoryTable(TableConfig.DEFAULT));
    return new ReplicaDriver(
        EDGE, core, new Journal(journalLog, EDGE), applyLog, Clock.systemUTC());
  }
}
