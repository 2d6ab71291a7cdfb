package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.codec.Ids;
import dev.tideline.hub.InMemoryHub.Link;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.checkpoint.CheckpointRules;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.MutationId;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.RetainedIncarnation;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An incarnation of which its edge says that it lived twice. */
final class ForkedIncarnationTest {

  private static final long FORKED = 10;
  private static final long LATER = 20;

  private final InMemoryHub hub = new InMemoryHub(ManualLog.unsynced());
  private final ScriptedEdge first = new ScriptedEdge("a", FORKED, 64);
  private final ScriptedEdge later = new ScriptedEdge("a", LATER, 64);
  private final int partition = first.partitionOf("z/1");

  @Test
  void nothingMoreIsDecidedOfIt() {
    hub.connect(first.hello()).send(batch(first.write(add("z/1", 1))));
    var link = hub.connect(forked());
    link.send(batch(first.write(add("z/1", 10))));
    hub.log.sync();
    link.assertEnded(Error.Code.CLOSED_INCARNATION);
    assertThat(link.last().getError().getRetryable()).isTrue();
    assertThat(hub.sum("z/1")).isEqualTo(1);
  }

  @Test
  void whatWasDecidedOfItIsStillAcknowledged() {
    var one = first.write(add("z/1", 1));
    hub.connect(first.hello()).send(batch(one));
    var link = hub.connect(forked());
    link.send(batch(one));
    hub.log.sync();
    assertThat(link.last().getMutationAck().getSequence()).isEqualTo(1);
  }

  @Test
  void theNextWelcomeSaysSoAlsoAfterARestart() {
    hub.connect(first.hello());
    assertThat(hub.connect(forked()).welcome().getClosedList()).containsExactly(FORKED);
    var restarted = new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition()));
    assertClosed(restarted);
  }

  @Test
  void aCheckpointKeepsIt() {
    hub.connect(first.hello());
    hub.connect(forked());
    assertClosed(fromCheckpoint());
  }

  private InMemoryHub fromCheckpoint() {
    var checkpoints = new InMemoryCheckpoints();
    var rules = new CheckpointRules(1, 0, 0, 1 << 30);
    var nothing = new CheckpointRestore(Optional.empty());
    assertThat(
            new CheckpointDriver(
                    hub.sources, checkpoints, rules, nothing, new Metrics(), Machine.real())
                .run())
        .isTrue();
    var log = hub.log.crashedAfter(hub.log.lastPosition());
    return new InMemoryHub(log, new CheckpointRestore(checkpoints.newest()));
  }

  private void assertClosed(InMemoryHub restarted) {
    var link = restarted.connect(later.hello().addRetained(retained()));
    assertThat(link.welcome().getClosedList()).containsExactly(FORKED);
    link.send(batch(first.write(add("z/1", 10))));
    restarted.log.sync();
    link.assertEnded(Error.Code.CLOSED_INCARNATION);
  }

  @Test
  void itIsWrittenDownOnce() {
    hub.connect(first.hello());
    hub.connect(forked());
    long before = hub.log.lastPosition();
    hub.connect(forked());
    assertThat(hub.log.lastPosition()).isEqualTo(before);
  }

  @Test
  void theLiveIncarnationIsNotForked() {
    var link = hub.connect(later.hello().addForked(LATER));
    assertThat(link.last().getRefused().getError().getCode()).isEqualTo(Error.Code.MALFORMED_FRAME);
  }

  @Test
  void theContentOfWhatWasDecidedIsFound() {
    var one = first.write(add("z/1", 1));
    var elsewhere = first.write(add("y/1", 1));
    var two = first.write(add("z/1", 2));
    var session = hub.connect(first.hello());
    session.send(batch(one, elsewhere), batch(two));
    hub.log.sync();
    var link = hub.connect(forked());
    assertFound(compare(link, 1, 0), one, 1);
    assertFound(compare(link, 3, 1), two, 2);
    assertThat(compare(link, 2, 0).getPlace()).isEqualTo(Located.Place.LOST);
    assertThat(compare(link, 4, 0).getPlace()).isNotEqualTo(Located.Place.DECIDED);
  }

  @Test
  void whatTheJournalNoLongerHoldsOfItMayHaveBeenIssuedAgainAndIsNotSaidToBeLost() {
    hub.connect(first.hello());
    var link = hub.connect(forked());

    assertThat(place(link, 9)).isEqualTo(Located.Place.PENDING);
    assertThat(place(link, 10)).isEqualTo(Located.Place.UNKNOWN);
  }

  @Test
  void whatWasIssuedAgainIsAnsweredUnderItsFirstName() {
    hub.connect(first.hello());
    issueAgain(hub.connect(forked()));
    assertIssuedAgain(hub);
    assertIssuedAgain(fromCheckpoint());
    assertIssuedAgain(new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition())));
  }

  private void issueAgain(Link link) {
    var original = Ids.encode(new MutationId(first.id(1).edge(), FORKED, 7));
    link.send(batch(later.write(add("z/1", 5)).toBuilder().setOriginal(original).build()));
    hub.log.sync();
  }

  private void assertIssuedAgain(InMemoryHub of) {
    var link = of.connect(later.hello().addRetained(retained()));
    assertThat(place(of, link, 7)).isEqualTo(Located.Place.DECIDED);
    assertThat(link.last().getLocated().getRevision()).isEqualTo(1);
    assertThat(place(of, link, 8)).isEqualTo(Located.Place.PENDING);
  }

  @Test
  void aComparisonIsOfWhatWasDecidedUnderItsFirstName() {
    hub.connect(first.hello());
    var link = hub.connect(forked());
    issueAgain(link);
    assertThat(compare(link, 7, 0).getPlace()).isNotEqualTo(Located.Place.DECIDED);
  }

  private Located.Place place(Link link, long sequence) {
    return place(hub, link, sequence);
  }

  private Located.Place place(InMemoryHub of, Link link, long sequence) {
    var id = Ids.encode(new MutationId(first.id(1).edge(), FORKED, sequence));
    var locate = Locate.newBuilder().setId(id).setPartition(partition);
    link.send(EdgeFrame.newBuilder().setLocate(locate).build());
    of.log.sync();
    return link.last().getLocated().getPlace();
  }

  @Test
  void whatIsNotDurableYetMustBeAskedForAgain() {
    var one = first.write(add("z/1", 1));
    var two = first.write(add("z/1", 2));
    hub.connect(first.hello()).send(batch(one, two));
    var link = hub.connect();
    link.send(ScriptedEdge.frame(forked()));
    hub.log.sync();
    assertFound(compare(link, 1, 0), one, 1);
  }

  private static void assertFound(Located located, Mutation mutation, long revision) {
    assertThat(located.getPlace()).isEqualTo(Located.Place.DECIDED);
    assertThat(located.getContentHash()).isEqualTo(mutation.getContentHash());
    assertThat(located.getRevision()).isGreaterThanOrEqualTo(revision);
  }

  private Located compare(Link link, long sequence, long after) {
    link.send(
        EdgeFrame.newBuilder()
            .setLocate(
                Locate.newBuilder()
                    .setId(Ids.encode(new MutationId(first.id(1).edge(), FORKED, sequence)))
                    .setPartition(partition)
                    .setCompare(true)
                    .setAfterRevision(after))
            .build());
    hub.log.sync();
    return link.last().getLocated();
  }

  private Hello.Builder forked() {
    return later.hello().addForked(FORKED).addRetained(retained());
  }

  private static RetainedIncarnation retained() {
    return RetainedIncarnation.newBuilder()
        .setIncarnation(FORKED)
        .setFirstSequence(1)
        .setLastSequence(9)
        .build();
  }
}
