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
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.store.ChronicleTable;
import dev.tideline.store.InMemoryRecordLog;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.ChangeBatch;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * One thread writes mutations of many keys, each with a higher number than the one before; another
 * reads, on the real table: whoever has read a number at one key never reads a lower one at
 * another.
 */
class AtomicVisibilityTest {

  private static final EdgeId EDGE = new EdgeId("a");
  private static final NamespaceContract TEXTS =
      new NamespaceContract("texts", DataType.REGISTER, Durability.MEMORY, 1024, 1);
  private static final List<QualifiedKey> KEYS =
      IntStream.range(0, 24).mapToObj(i -> new QualifiedKey("texts", Key.of("z/" + i))).toList();
  private static final int ROUNDS = 4_000;

  private final ChronicleTable table = ChronicleTable.create(TableConfig.DEFAULT);
  private final ReplicaDriver replica =
      new ReplicaDriver(
          EDGE,
          new ReplicaCore(
              EDGE, new ViewCache(table), new ReplicaLimits(2 * ROUNDS, 1L << 30, 60_000)),
          new Journal(new InMemoryRecordLog(), EDGE),
          new InMemoryRecordLog(),
          Clock.systemUTC());

  @BeforeEach
  void begin() {
    replica.recover();
    replica.begin(1, "boot");
    replica.welcome(new Layout(1), Optional.of(new Catalog(1, List.of(TEXTS))), HybridTime.ZERO);
  }

  @AfterEach
  void close() {
    table.close();
  }

  @Test
  void ownMutationsAreNeverSeenByHalves() {
    whileReading(
        () -> {
          for (int round = 1; round <= ROUNDS; round++) {
            var value = value(round);
            var puts =
                KEYS.stream()
                    .<Operation>map(key -> new Operation.Put(key, value, "", Precondition.NONE, 0))
                    .toList();
            assertThat(replica.write(new WriteIntent(puts, 1, "", ByteString.EMPTY)))
                .isInstanceOf(WriteOutcome.Journalled.class);
          }
        });
  }

  @Test
  void mutationsOfOthersAreNeverSeenByHalves() {
    whileReading(
        () -> {
          for (int round = 1; round <= ROUNDS; round++) {
            assertThat(replica.apply(batch(round))).isPresent();
          }
        });
  }

  private static ChangeBatch batch(int round) {
    var batch =
        ChangeBatch.newBuilder()
            .setPartition(0)
            .setTerm(1)
            .setFromRevision(2L * round - 1)
            .setToRevision(2L * round);
    for (var key : KEYS) {
      batch.addChanges(change(key, 2L * round - 1, round));
    }
    // The second decision of the batch hides the first one's trace on one key.
    return batch.addChanges(change(KEYS.getFirst(), 2L * round, round)).build();
  }

  /** Of what one decision changed, another one's change of the first key is all that is left. */
  @Test
  void mutationsOfWhichSomeWasLeftOutAreNeverSeenByHalves() {
    whileReading(
        () -> {
          for (int round = 1; round <= ROUNDS; round++) {
            var batch = batch(round);
            int whole = batch.getChangesCount();
            var conflated = batch.toBuilder().clearChanges().setConflated(true);
            conflated.addAllChanges(batch.getChangesList().subList(1, whole));
            assertThat(replica.apply(conflated.build())).isPresent();
          }
        });
  }

  private static ByteString change(QualifiedKey key, long revision, int round) {
    var origin = List.of(new MutationId(new EdgeId("b"), 1, revision));
    var version = new Version(origin, revision, new HybridTime(revision), "", value(round), false);
    var change = new Change(key, DataType.REGISTER, revision, 0, new State.Register(version));
    return ChangeCodec.encode(change);
  }

  private void whileReading(Runnable writer) {
    var done = new AtomicBoolean();
    var reader =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                inTurn(KEYS.getFirst(), KEYS.getLast());
                inTurn(KEYS.getLast(), KEYS.getFirst());
                together();
              }
            });
    try {
      writer.run();
    } finally {
      done.set(true);
    }
    reader.join();
  }

  private void inTurn(QualifiedKey earlier, QualifiedKey later) {
    int first = number(replica.reads().read(earlier));
    int second = number(replica.reads().read(later));
    assertThat(second).as("%s after %s", later, earlier).isGreaterThanOrEqualTo(first);
  }

  private void together() {
    var numbers =
        replica.reads().readAll(KEYS).stream().map(AtomicVisibilityTest::number).distinct();
    assertThat(numbers).as("all keys in one read").hasSize(1);
  }

  private static ByteString value(int round) {
    return ByteString.copyFromUtf8(Integer.toString(round));
  }

  private static int number(Reading reading) {
    return reading.state() instanceof State.Register register
        ? Integer.parseInt(register.version().value().toStringUtf8())
        : 0;
  }
}
