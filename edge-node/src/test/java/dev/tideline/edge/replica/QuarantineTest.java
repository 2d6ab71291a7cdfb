package dev.tideline.edge.replica;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.edge.journal.Journal;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.TableConfig;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.ReadAnswer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A key whose change found no room is served again once there is some, and not before. */
class QuarantineTest {

  private static final EdgeId EDGE = new EdgeId("a");
  private static final long TERM = 7;
  private static final int ROOM = 2;

  private final ViewCache cache =
      new ViewCache(new InMemoryTable(new TableConfig(ROOM, TableConfig.DEFAULT.bytesMax())));
  private final ReplicaDriver replica = begun();
  private long revision;

  private ReplicaDriver begun() {
    var core = new ReplicaCore(EDGE, cache, new ReplicaLimits(1_000, 1 << 20, 60_000));
    var driver =
        new ReplicaDriver(
            EDGE, core, new Journal(new KeptLog(), EDGE), new KeptLog(), Clock.systemUTC());
    driver.recover();
    driver.begin(1, "boot");
    driver.welcome(
        new Layout(1), Optional.of(new Catalog(1, List.of(TestedReplica.TEXTS))), HybridTime.ZERO);
    return driver;
  }

  private static QualifiedKey key(String name) {
    return new QualifiedKey(TestedReplica.TEXTS.name(), Key.of("z/" + name));
  }

  private static dev.tideline.wire.v1.Change change(String name, long revision, String value) {
    var id = new MutationId(new EdgeId("b"), 1, revision);
    var version =
        new Version(
            List.of(id),
            revision,
            HybridTime.ofMillis(revision),
            "text/plain",
            ByteString.copyFromUtf8(value),
            false);
    return ChangeCodec.message(
        new Change(key(name), DataType.REGISTER, revision, 0, new State.Register(version)));
  }

  private void decide(String name, String value) {
    revision++;
    var batch =
        ChangeBatch.newBuilder()
            .setTerm(TERM)
            .setFromRevision(revision)
            .setToRevision(revision)
            .addChanges(change(name, revision, value).toByteString());
    assertThat(replica.apply(batch.build())).isPresent();
  }

  private static ReadAnswer answer(String name, long changed, String value, long asOf) {
    return ReadAnswer.newBuilder()
        .setAsOf(Position.newBuilder().setTerm(TERM).setRevision(asOf))
        .setChange(change(name, changed, value))
        .build();
  }

  private Reading read(String name) {
    return replica.reads().read(key(name));
  }

  private void fill() {
    decide("1", "first");
    decide("2", "second");
    decide("3", "third");
    assertThat(read("3").quarantined()).isTrue();
    assertThat(replica.quarantined()).isEqualTo(1);
  }

  @Test
  void nothingIsAskedForWhileThereIsNoRoom() {
    fill();
    assertThat(replica.missed(9, Set.of())).isEmpty();
    cache.remove(key("1"));
    assertThat(replica.missed(9, Set.of())).containsExactly(key("3"));
    assertThat(replica.missed(9, Set.of(key("3")))).isEmpty();
  }

  @Test
  void anAnswerCountsOnceTheCursorHasPassedIt() {
    fill();
    cache.remove(key("1"));
    var ahead = answer("3", 3, "third", 5);
    assertThat(replica.readmit(key("3"), ahead)).isFalse();
    assertThat(read("3").quarantined()).isTrue();
    decide("2", "other");
    decide("2", "another");
    assertThat(replica.readmit(key("3"), ahead)).isTrue();
    assertThat(replica.quarantined()).isZero();
    assertThat(read("3").state().written().orElseThrow().value().toStringUtf8()).isEqualTo("third");
  }

  @Test
  void anAnswerFromBeforeALaterChangeThatWasMissedTooIsOfNoUse() {
    fill();
    decide("3", "fourth");
    cache.remove(key("1"));
    assertThat(replica.readmit(key("3"), answer("3", 3, "third", 3))).isTrue();
    assertThat(read("3").quarantined()).isTrue();
    assertThat(replica.readmit(key("3"), answer("3", 4, "fourth", 4))).isTrue();
    assertThat(read("3").state().written().orElseThrow().value().toStringUtf8())
        .isEqualTo("fourth");
  }

  @Test
  void whatStillFindsNoRoomStaysAsItWas() {
    fill();
    assertThat(replica.readmit(key("3"), answer("3", 3, "third", 3))).isTrue();
    assertThat(read("3").quarantined()).isTrue();
    decide("1", "changed");
    assertThat(read("1").quarantined()).isFalse();
  }

  @Test
  void aKeyThatWasNeverWrittenAndIsFoldedAnewIsNotTakenForWhole() {
    fill();
    cache.remove(key("1"));
    // A batch that touches no change of the key must not end what it lacks.
    decide("2", "other");
    assertThat(read("3").quarantined()).isTrue();
    decide("3", "told");
    assertThat(read("3").quarantined()).isFalse();
  }
}
