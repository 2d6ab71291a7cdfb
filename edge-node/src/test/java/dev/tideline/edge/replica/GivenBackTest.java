package dev.tideline.edge.replica;

import static dev.tideline.edge.replica.TestedReplica.upTo;
import static dev.tideline.edge.replica.TestedReplica.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.SnapshotNeeded;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the journal has given back may have been lost with a history of the hub: whoever asks what
 * became of it is answered by the hub.
 */
class GivenBackTest {

  private static final EdgeId EDGE = new EdgeId("a");

  private final InMemoryRecordLog journalLog = new InMemoryRecordLog();
  private final InMemoryRecordLog applyLog = new InMemoryRecordLog();
  private final InMemoryCheckpoints checkpoints = new InMemoryCheckpoints();
  private ReplicaDriver replica = replica();
  private CheckpointDriver checkpointing = checkpointing();

  @BeforeEach
  void begin() {
    replica.recover();
    replica.begin(1, "boot");
    var catalog = new Catalog(1, List.of(TestedReplica.TEXTS));
    replica.welcome(new Layout(1), Optional.of(catalog), HybridTime.ZERO);
  }

  private ReplicaDriver replica() {
    var core =
        new ReplicaCore(
            EDGE,
            new ViewCache(new InMemoryTable(TableConfig.DEFAULT)),
            new ReplicaLimits(1_000, 1 << 20, 60_000),
            () -> new InMemoryTable(TableConfig.DEFAULT));
    var journal = new Journal(journalLog, EDGE);
    return new ReplicaDriver(EDGE, core, journal, applyLog, Clock.systemUTC());
  }

  private CheckpointDriver checkpointing() {
    var keepsNothing = new CheckpointRules(1, 0, -1);
    return new CheckpointDriver(replica, checkpoints, keepsNothing, new Metrics(), Machine.real());
  }

  @Test
  void itsReceiptIsTheHubsToAnswer() {
    var decided = decided(write(replica, "z/1"));
    assertThat(replica.receipt(decided)).isInstanceOf(ReceiptState.Decided.class);
    giveBack();
    var pending = write(replica, "z/2");
    assertThat(replica.receipt(decided)).isInstanceOf(ReceiptState.NotHere.class);
    assertThat(replica.receipt(pending)).isInstanceOf(ReceiptState.Pending.class);
  }

  /** The checkpoint was written before the journal gave anything back. */
  @Test
  void soItIsAfterARestartFromTheCheckpointThatLetItGo() {
    var decided = decided(write(replica, "z/1"));
    giveBack();
    var pending = write(replica, "z/2");
    replica = replica();
    checkpointing = checkpointing();
    checkpointing.recover();
    assertThat(replica.receipt(decided)).isInstanceOf(ReceiptState.NotHere.class);
    assertThat(replica.receipt(pending)).isInstanceOf(ReceiptState.Pending.class);
  }

  @Test
  void aRepetitionOfItIsAnsweredAsBeforeUnlessTheHubWasSetBack() {
    var first = decided(write(replica, "z/1", "once"));
    giveBack();
    assertThat(write(replica, "z/1", "once")).isEqualTo(first);

    setBack(first);
    var again = write(replica, "z/1", "once");
    assertThat(again).isNotEqualTo(first);
    assertThat(replica.receipt(again)).isInstanceOf(ReceiptState.Pending.class);
    assertThat(write(replica, "z/1", "once")).isEqualTo(again);
  }

  /** It goes on from a fork before all that the edge had seen. */
  private void setBack(Receipt decided) {
    var head = Position.newBuilder().setTerm(7).setRevision(3).build();
    var fork = Position.newBuilder().setTerm(1).setRevision(0);
    var loads = replica.loads();
    loads.welcome(List.of(SnapshotNeeded.newBuilder().setStreamAfter(head).setFork(fork).build()));
    var start = PartitionSnapshot.newBuilder().setStart(head).addIncluded(upTo(decided));
    assertThat(loads.take(TestedReplica.starts(start))).isTrue();
    assertThat(loads.take(TestedReplica.ends(head))).isTrue();
    assertThat(loads.isLoading()).isFalse();
  }

  /** A second checkpoint gives back what the first one did not need. */
  private void giveBack() {
    checkpointing.run();
    checkpointing.run();
  }

  private Receipt decided(Receipt receipt) {
    replica.apply(
        ChangeBatch.newBuilder()
            .setTerm(1)
            .setFromRevision(1)
            .setToRevision(1)
            .addIncluded(upTo(receipt))
            .build());
    return receipt;
  }
}
