package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static dev.tideline.hub.testing.ScriptedEdge.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.codec.Ids;
import dev.tideline.hub.InMemoryHub.Link;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.checkpoint.CheckpointRules;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.hub.reconcile.Watermark;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.MutationId;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.HealBatch;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.Located.Place;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.RetainedIncarnation;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An incarnation that its edge has not named for as long as receipts are kept. */
final class ForgottenIncarnationTest {

  private static final long GONE = 10;
  private static final long LIVE = 20;
  private static final long MONTH_MS = TimeUnit.DAYS.toMillis(30);

  private final InMemoryHub hub = new InMemoryHub(ManualLog.synced());
  private final ScriptedEdge gone = new ScriptedEdge("a", GONE, 64);
  private final ScriptedEdge live = new ScriptedEdge("a", LIVE, 64);
  private final int partition = gone.partitionOf("z/1");

  @Test
  void whatBecameOfItIsNotKnownAnyMore() {
    decideOne();
    assertThat(locate(hub.connect(live.hello()))).isEqualTo(Place.DECIDED);
    hub.aheadMs = MONTH_MS - 60_000;
    assertThat(locate(hub.connect(live.hello()))).isEqualTo(Place.DECIDED);
    hub.aheadMs = MONTH_MS + 60_000;
    assertThat(locate(hub.connect(live.hello()))).isEqualTo(Place.FORGOTTEN);
    var source = new Source(gone.id(1).edge(), GONE);
    assertThat(hub.reconcile.watermark(partition, source)).isEqualTo(Watermark.FORGOTTEN);
  }

  @Test
  void whatComesOfItAllTheSameIsRefused() {
    var one = decideOne();
    forget();
    var link = hub.connect(live.hello().addRetained(retained()));
    assertThat(link.welcome().getClosedList()).containsExactly(GONE);
    link.send(batch(one));
    link.assertEnded(Error.Code.CLOSED_INCARNATION);
    assertThat(hub.sum("z/1")).isEqualTo(1);
  }

  @Test
  void itIsNotTakenForANewOne() {
    decideOne();
    forget();
    var back = hub.connect(gone.hello());
    assertThat(back.last().getRefused().getError().getCode()).isEqualTo(Error.Code.FENCED);
  }

  @Test
  void whoNamesItInBetweenKeepsIt() {
    decideOne();
    hub.connect(live.hello());
    hub.aheadMs = MONTH_MS / 2;
    hub.connect(live.hello().addRetained(retained()));
    hub.aheadMs = MONTH_MS + 60_000;
    assertThat(locate(hub.connect(live.hello()))).isEqualTo(Place.DECIDED);
  }

  @Test
  void aRestartKnowsWhatIsForgottenAndACheckpointSinceWhenItIsAbsent() {
    decideOne();
    hub.connect(live.hello());
    var checkpoints = new InMemoryCheckpoints();
    var rules = new CheckpointRules(1, 0, 0, 1 << 30);
    var nothing = new CheckpointRestore(Optional.empty());
    new CheckpointDriver(hub.sources, checkpoints, rules, nothing, new Metrics(), Machine.real())
        .run();
    var restarted =
        new InMemoryHub(
            hub.log.crashedAfter(hub.log.lastPosition()),
            new CheckpointRestore(checkpoints.newest()));
    restarted.aheadMs = MONTH_MS + 60_000;
    assertThat(locate(restarted.connect(live.hello()))).isEqualTo(Place.FORGOTTEN);

    var again = new InMemoryHub(restarted.log.crashedAfter(restarted.log.lastPosition()));
    assertThat(locate(again.connect(live.hello()))).isEqualTo(Place.FORGOTTEN);
  }

  @Test
  void whatItBringsAllTheSameIsComparedWithTheLogWhichSaysWhereItWasDecided() {
    var one = decideOne();
    forget();
    var link = hub.connect(live.hello().addRetained(retained()));
    var found = compare(link, 1);
    assertThat(found.getPlace()).isEqualTo(Place.FORGOTTEN);
    assertThat(found.getContentHash()).isEqualTo(one.getContentHash());
    assertThat(found.getRevision()).isEqualTo(1);
    assertThat(found.getTerm()).isNotZero();
    assertThat(compare(link, 2).getPlace()).isEqualTo(Place.LOST);
  }

  @Test
  void itIsNotDecidedAgainByAHubThatWasSetBack() {
    var one = decideOne();
    forget();
    var restored = new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition()));
    var other = new ScriptedEdge("b", 30, 64);
    var knowsMore = restored.connect(other.hello().addProgress(beyond()));
    var link = restored.connect(live.hello().addRetained(retained()));
    assertThat(link.welcome().getStartsList()).allMatch(PartitionStart::hasHealFork);
    knowsMore.send(heal(HealBatch.newBuilder()));
    link.send(heal(HealBatch.newBuilder().setBatch(batchOf(one))));
    restored.log.sync();
    assertThat(link.last().hasHealed()).isTrue();
    assertThat(restored.sum("z/1")).isEqualTo(1);
  }

  private PartitionProgress beyond() {
    long term = hub.reconcile.status(partition).position().term();
    var cursor = Position.newBuilder().setTerm(term).setRevision(5);
    return PartitionProgress.newBuilder()
        .setPartition(partition)
        .setCursor(cursor)
        .addTerms(cursor.clone().setRevision(1))
        .build();
  }

  private static EdgeFrame heal(HealBatch.Builder all) {
    return EdgeFrame.newBuilder().setHealBatch(all.setLast(true)).build();
  }

  private Located compare(Link link, long sequence) {
    link.send(
        EdgeFrame.newBuilder()
            .setLocate(
                Locate.newBuilder()
                    .setId(Ids.encode(id(sequence)))
                    .setPartition(partition)
                    .setCompare(true))
            .build());
    return link.last().getLocated();
  }

  private dev.tideline.wire.v1.Mutation decideOne() {
    var one = gone.write(add("z/1", 1));
    hub.connect(gone.hello()).send(batch(one));
    return one;
  }

  private void forget() {
    hub.connect(live.hello());
    hub.aheadMs = MONTH_MS + 60_000;
    hub.connect(live.hello());
  }

  @Test
  void aHubWithoutRoomForgetsNothingAndKeepsWhoComes() {
    decideOne();
    hub.connect(live.hello());
    hub.aheadMs = MONTH_MS + 60_000;
    hub.log.roomFor(0);
    assertThat(locate(hub.connect(live.hello()))).isEqualTo(Place.DECIDED);
    hub.log.roomFor(100);
    assertThat(locate(hub.connect(live.hello()))).isEqualTo(Place.FORGOTTEN);
  }

  @Test
  void aClockThatGoesBackDoesNotKeepItForLonger() {
    decideOne();
    hub.aheadMs = 10 * MONTH_MS;
    hub.connect(live.hello());
    hub.aheadMs = 0;
    hub.connect(live.hello());
    hub.aheadMs = MONTH_MS + 60_000;
    assertThat(locate(hub.connect(live.hello()))).isEqualTo(Place.FORGOTTEN);
  }

  @Test
  void whatLiesBeyondAllThatWasDecidedOfItIsKnownNotToBe() {
    decideOne();
    forget();
    var beyond = Locate.newBuilder().setId(Ids.encode(id(2))).setPartition(partition);
    var link = hub.connect(live.hello());
    link.send(EdgeFrame.newBuilder().setLocate(beyond).build());
    assertThat(link.last().getLocated().getPlace()).isEqualTo(Place.LOST);
  }

  @Test
  void whatWasNotDecidedInItsPartitionIsKnownNotToBeHoweverFarOthersHadCome() {
    decideOne();
    forget();
    var elsewhere = Locate.newBuilder().setId(Ids.encode(id(1))).setPartition(partition ^ 1);
    var link = hub.connect(live.hello());
    link.send(EdgeFrame.newBuilder().setLocate(elsewhere).build());
    assertThat(link.last().getLocated().getPlace()).isEqualTo(Place.LOST);
  }

  private MutationId id(long sequence) {
    return new MutationId(gone.id(1).edge(), GONE, sequence);
  }

  private Place locate(Link link) {
    link.send(
        EdgeFrame.newBuilder()
            .setLocate(Locate.newBuilder().setId(Ids.encode(id(1))).setPartition(partition))
            .build());
    return link.last().getLocated().getPlace();
  }

  private static RetainedIncarnation retained() {
    return RetainedIncarnation.newBuilder()
        .setIncarnation(GONE)
        .setFirstSequence(1)
        .setLastSequence(1)
        .build();
  }
}
