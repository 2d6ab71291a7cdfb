package dev.tideline.edge.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.OwnVerdict;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A replica that recovers from a checkpoint, written while work went on, is the one that recovers
 * from its whole logs; and what the checkpoint let the logs give back is not needed.
 */
class CheckpointTest {

  private static final EdgeId EDGE = new EdgeId("a");
  private static final int SEEDS = 30;
  private static final int STEPS = 150;
  private static final Layout LAYOUT = new Layout(1);
  private static final NamespaceContract TEXTS =
      new NamespaceContract("texts", DataType.REGISTER, Durability.DISK, 1024, 1);
  private static final List<QualifiedKey> KEYS =
      IntStream.range(0, 12).mapToObj(i -> new QualifiedKey("texts", Key.of("z/" + i))).toList();
  private static final CheckpointRules KEEP_NOTHING = new CheckpointRules(1, 0, -1);

  @TempDir private Path directory = Path.of("");

  @Test
  void aReplicaFromACheckpointIsTheOneFromTheWholeLogs() {
    for (int seed = 0; seed < SEEDS; seed++) {
      new Run(seed).run();
    }
  }

  /** One edge, its logs, and a hub that decides whatever it likes. */
  private final class Run {
    private final int seed;
    private final Random random;
    private final Checkpoints checkpoints;
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Receipt> undecided = new ArrayList<>();
    private KeptLog journalLog = new KeptLog();
    private KeptLog applyLog = new KeptLog();
    private ReplicaDriver replica;
    private CheckpointDriver driver;
    private long revision;

    Run(int seed) {
      this.seed = seed;
      random = new Random(seed);
      checkpoints = new FileCheckpoints(directory.resolve("run-" + seed));
      replica = replica(journalLog, applyLog, this::interfere);
      driver = driver(replica);
      driver.recover();
      replica.begin(1, "boot");
      replica.welcome(LAYOUT, Optional.of(new Catalog(1, List.of(TEXTS))), HybridTime.ZERO);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> write(step);
          case 3, 4, 5, 6 -> decide();
          case 7 -> journalLog.syncNow();
          case 8 -> applyLog.syncNow();
          case 9 -> driver.run();
          case 10 -> restart(step, random.nextBoolean());
          default -> {}
        }
      }
      restart(STEPS, true);
    }

    /** What happens between two entries of a checkpoint. */
    private void interfere() {
      if (random.nextInt(3) == 0) {
        write(0);
      }
      if (random.nextInt(3) == 0) {
        decide();
      }
    }

    private void write(int step) {
      var key = KEYS.get(random.nextInt(KEYS.size()));
      var value = ByteString.copyFromUtf8("own " + random.nextInt(1_000));
      var put = new Operation.Put(key, value, "text/plain", Precondition.NONE, 0);
      var idempotencyKey = random.nextBoolean() ? "" : "key " + random.nextInt(1_000) + step;
      var intent = new WriteIntent(List.of(put), TEXTS.version(), idempotencyKey, ByteString.EMPTY);
      if (replica.write(intent) instanceof WriteOutcome.Journalled journalled
          && journalled.token().isPresent()) {
        receipts.add(journalled.receipt());
        undecided.add(journalled.receipt());
      }
    }

    /** Decides an own mutation or somebody else's, with a change or without one. */
    private void decide() {
      revision++;
      var batch =
          ChangeBatch.newBuilder()
              .setPartition(0)
              .setTerm(7)
              .setFromRevision(revision)
              .setToRevision(revision)
              .setHybridClock(revision);
      var origin = new MutationId(new EdgeId("b"), 1, revision);
      if (!undecided.isEmpty() && random.nextBoolean()) {
        origin = undecided.removeFirst().id();
        batch.addIncluded(
            IncludedSequence.newBuilder()
                .setIncarnation(origin.incarnation())
                .setSequence(origin.sequence()));
        if (random.nextInt(4) == 0) {
          batch.addVerdicts(
              OwnVerdict.newBuilder()
                  .setIncarnation(origin.incarnation())
                  .setSequence(origin.sequence())
                  .setRevision(revision)
                  .setVerdict(dev.tideline.wire.v1.Verdict.SUPERSEDED));
        }
      }
      if (random.nextInt(5) > 0) {
        batch.addChanges(ChangeCodec.encode(change(origin)));
      }
      assertThat(replica.apply(batch.build())).isPresent();
    }

    private Change change(MutationId origin) {
      var key = KEYS.get(random.nextInt(KEYS.size()));
      var value = ByteString.copyFromUtf8("hub " + revision);
      var version =
          new Version(
              List.of(origin), revision, HybridTime.ofMillis(revision), "text/plain", value, false);
      return new Change(key, DataType.REGISTER, revision, 0, new State.Register(version));
    }

    private void restart(int step, boolean machineLost) {
      journalLog = machineLost ? journalLog.crash() : journalLog.kill();
      applyLog = machineLost ? applyLog.crash() : applyLog.kill();
      var whole = replica(journalLog, applyLog, () -> {});
      whole.recover();
      replica = replica(journalLog, applyLog, this::interfere);
      driver = driver(replica);
      driver.recover();
      check(whole, step);
      replica.begin(2 + step, "boot");
      long cursor = replica.progress().partitions().getFirst().cursor().revision();
      revision = cursor;
      undecided.removeIf(receipt -> !(replica.receipt(receipt) instanceof ReceiptState.Pending));
    }

    private void check(ReplicaDriver whole, int step) {
      var where = "seed %d, step %d".formatted(seed, step);
      for (var key : KEYS) {
        assertThat(replica.reads().read(key))
            .as("%s, %s", where, key)
            .isEqualTo(whole.reads().read(key));
      }
      assertThat(replica.progress().partitions())
          .as(where)
          .isEqualTo(whole.progress().partitions());
      assertThat(replica.backlog()).as(where).isEqualTo(whole.backlog());
      for (var receipt : receipts) {
        var here = replica.receipt(receipt);
        var there = whole.receipt(receipt);
        // A checkpoint forgets what its journal gave back, which is decided; the hub is asked then.
        boolean givenBack =
            here instanceof ReceiptState.NotHere && there instanceof ReceiptState.Decided;
        if (!givenBack) {
          assertThat(here).as("%s, %s", where, receipt).isEqualTo(there);
        }
      }
      checkpoints
          .newest()
          .ifPresent(
              checkpoint -> {
                assertThat(applyLog.neededFrom()).isLessThanOrEqualTo(checkpoint.start() + 1);
                assertThat(journalLog.neededFrom())
                    .isLessThanOrEqualTo(journalLog.lastPosition() + 1);
              });
    }

    private CheckpointDriver driver(ReplicaDriver of) {
      return new CheckpointDriver(of, checkpoints, KEEP_NOTHING, new Metrics(), Machine.real());
    }
  }

  private static ReplicaDriver replica(KeptLog journal, KeptLog apply, Runnable betweenEntries) {
    var cache = new ViewCache(new InMemoryTable(TableConfig.DEFAULT, betweenEntries));
    var core = new ReplicaCore(EDGE, cache, new ReplicaLimits(1_000, 1 << 20, 60_000));
    return new ReplicaDriver(EDGE, core, new Journal(journal, EDGE), apply, Clock.systemUTC());
  }
}
