package dev.tideline.edge.replica;

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
import dev.tideline.store.Checkpoints;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.SnapshotEnd;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotStart;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A replica of one partition over logs in memory, which outlive it. */
final class TestedReplica {

  static final NamespaceContract TEXTS =
      new NamespaceContract("texts", DataType.REGISTER, Durability.DISK, 1024, 1);

  private static final EdgeId EDGE = new EdgeId("a");

  KeptLog journalLog = new KeptLog();
  KeptLog applyLog = new KeptLog();

  /** One that has met its hub and takes writes. */
  ReplicaDriver begun() {
    var replica = restarted();
    replica.recover();
    replica.begin(1, "boot");
    replica.welcome(new Layout(1), Optional.of(new Catalog(1, List.of(TEXTS))), HybridTime.ZERO);
    return replica;
  }

  /** One that has yet to recover from what a killed process left. */
  ReplicaDriver restarted() {
    journalLog = journalLog.kill();
    applyLog = applyLog.kill();
    var cache = new ViewCache(new InMemoryTable(TableConfig.DEFAULT));
    var limits = new ReplicaLimits(1_000, 1 << 20, 60_000);
    var core = new ReplicaCore(EDGE, cache, limits, () -> new InMemoryTable(TableConfig.DEFAULT));
    return new ReplicaDriver(
        EDGE, core, new Journal(journalLog, EDGE), applyLog, Clock.systemUTC());
  }

  static Receipt write(ReplicaDriver replica, String key) {
    return write(replica, key, "");
  }

  static Receipt write(ReplicaDriver replica, String key, String idempotencyKey) {
    var target = new QualifiedKey(TEXTS.name(), Key.of(key));
    var value = ByteString.copyFromUtf8("v");
    var put = new Operation.Put(target, value, "text/plain", Precondition.NONE, 0);
    var intent = new WriteIntent(List.of(put), TEXTS.version(), idempotencyKey, ByteString.EMPTY);
    return ((WriteOutcome.Journalled) replica.write(intent)).receipt();
  }

  /** Writes a checkpoint that lets the journal give back whatever is not needed. */
  static void checkpoint(ReplicaDriver replica, Checkpoints to) {
    driver(replica, to).run();
  }

  /** Recovers from the newest checkpoint and the rest of the logs. */
  static void recover(ReplicaDriver replica, Checkpoints from) {
    driver(replica, from).recover();
  }

  private static CheckpointDriver driver(ReplicaDriver replica, Checkpoints checkpoints) {
    var rules = new CheckpointRules(1, 0, -1);
    return new CheckpointDriver(replica, checkpoints, rules, new Metrics(), Machine.real());
  }

  static IncludedSequence upTo(Receipt receipt) {
    return IncludedSequence.newBuilder()
        .setIncarnation(receipt.id().incarnation())
        .setSequence(receipt.id().sequence())
        .build();
  }

  /** A snapshot's first frame. */
  static SnapshotFrame starts(PartitionSnapshot.Builder at) {
    return SnapshotFrame.newBuilder()
        .setStart(SnapshotStart.newBuilder().addPartitions(at))
        .build();
  }

  /** A snapshot's last frame. */
  static SnapshotFrame ends(Position at) {
    return SnapshotFrame.newBuilder().setEnd(SnapshotEnd.newBuilder().addEnds(at)).build();
  }
}
