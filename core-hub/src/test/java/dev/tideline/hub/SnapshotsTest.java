package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.tideline.hub.snapshot.SnapshotDriver;
import dev.tideline.hub.snapshot.SnapshotSession;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.RecordedSnapshot;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Operation;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.Interest;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.RetainedIncarnation;
import dev.tideline.wire.v1.SnapshotRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who gets a snapshot, who is told to come again, and where one goes on that was cut. */
class SnapshotsTest {

  private static final int KEYS = 400;
  private static final int KEYS_PER_MUTATION = 8;
  private static final String VALUE = "v".repeat(10_000);
  private static final Interest EVERYTHING = Interest.newBuilder().setEverything(true).build();

  private final ManualLog log = ManualLog.synced();
  private final ScriptedEdge writer = new ScriptedEdge("writer", 1, 64);
  private final List<SnapshotDriver> drivers = new ArrayList<>();
  private final InMemoryHub hub = new InMemoryHub(log);
  private final SnapshotDriver snapshots = snapshots(hub);

  private SnapshotDriver snapshots(InMemoryHub of) {
    var parts =
        new SnapshotDriver.Parts(
            of.reconcile, of.sources.changeLog(), of.table, of.ingest::catalog, of.ingest);
    var thread = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    drivers.add(new SnapshotDriver(parts, thread));
    return drivers.getLast();
  }

  @AfterEach
  void stop() {
    drivers.forEach(SnapshotDriver::close);
  }

  private void fill() {
    var link = hub.connect(writer.hello());
    for (int i = 0; i < KEYS; i += KEYS_PER_MUTATION) {
      var puts = new ArrayList<Operation>();
      for (int k = i; k < i + KEYS_PER_MUTATION; k++) {
        puts.add(ScriptedEdge.put("players", "z%02d/%d".formatted(i % 20, k), VALUE + k));
      }
      var operations = puts.toArray(Operation[]::new);
      link.send(ScriptedEdge.batch(writer.write(operations)));
    }
  }

  /**
   * A session of an edge that wants everything, and the request of a snapshot that belongs to it.
   */
  private static SnapshotRequest.Builder session(InMemoryHub at, String edge, long incarnation) {
    return session(at, new ScriptedEdge(edge, incarnation, 64).hello());
  }

  private static SnapshotRequest.Builder session(InMemoryHub at, Hello.Builder hello) {
    var welcome = at.connect(hello).welcome();
    return SnapshotRequest.newBuilder()
        .setEdge(hello.getEdge())
        .setIncarnation(hello.getIncarnation())
        .setSessionFence(welcome.getSessionFence())
        .addScope(EVERYTHING);
  }

  private RecordedSnapshot whole(SnapshotRequest request) {
    var stream = new RecordedSnapshot(Integer.MAX_VALUE);
    var _ = snapshots.open(request, stream);
    stream.awaitOver();
    return stream;
  }

  @Test
  void oneThatIsCutBehindAnyChunkGoesOnThereAndNothingIsMissing() {
    fill();
    var request = session(hub, "late", 1);
    var uncut = whole(request.build());
    int frames = uncut.frames().size();
    assertThat(frames).as("start, chunks, end").isGreaterThan(6);
    assertThat(uncut.changes()).hasSize(KEYS);
    for (int cut = 1; cut < frames; cut++) {
      var first = new RecordedSnapshot(cut);
      var session = snapshots.open(request.clone().build(), first);
      first.awaitFrames(cut);
      session.cancel();
      var rest = whole(request.clone().setResumeToken(first.token()).build());
      assertThat(rest.frames().getLast().hasEnd()).isTrue();
      var both = new ArrayList<>(first.changes());
      both.addAll(rest.changes());
      assertThat(text(both)).as("cut behind frame %d", cut).isEqualTo(text(uncut.changes()));
      if (!first.token().isEmpty()) {
        assertThat(rest.frames().getFirst().getStart().getPartitionsList())
            .extracting(one -> one.getStart())
            .isEqualTo(
                first.frames().getFirst().getStart().getPartitionsList().stream()
                    .map(one -> one.getStart())
                    .toList());
        assertThat(rest.changes().size()).as("what it had is not sent again").isLessThan(KEYS);
      }
    }
  }

  /** Without what comes twice, in an order of its own. */
  @Test
  void anEdgeIsToldWhatTheHubHasForgottenOfWhatItRetains() {
    var gone = new ScriptedEdge("late", 1, 64);
    var live = new ScriptedEdge("late", 2, 64);
    hub.connect(gone.hello())
        .send(ScriptedEdge.batch(gone.write(ScriptedEdge.put("players", "z/1", VALUE))));
    hub.connect(live.hello());
    hub.aheadMs = TimeUnit.DAYS.toMillis(31);
    assertThat(forgotten(live.hello())).isEmpty();
    var again = RetainedIncarnation.newBuilder().setIncarnation(1).setLastSequence(3);
    assertThat(forgotten(live.hello().addRetained(again)))
        .as("of the one partition in which something was decided")
        .containsExactly(entry(gone.partitionOf("z/1"), 1L));
  }

  /** By partition: up to where something was decided that is forgotten. */
  private Map<Integer, Long> forgotten(Hello.Builder hello) {
    var start = whole(session(hub, hello).build()).frames().getFirst().getStart();
    return start.getPartitionsList().stream()
        .filter(one -> one.getForgottenCount() > 0)
        .collect(
            Collectors.toMap(
                PartitionSnapshot::getPartition, one -> one.getForgotten(0).getSequence()));
  }

  private static List<String> text(List<ByteString> changes) {
    return changes.stream().map(ByteString::toStringUtf8).distinct().sorted().toList();
  }

  @Test
  void moreThanThereMayBeAreToldToComeAgain() {
    fill();
    var request = session(hub, "late", 1).build();
    var running = new ArrayList<SnapshotSession>();
    for (int i = 0; i < 8; i++) {
      var stream = new RecordedSnapshot(1);
      running.add(snapshots.open(request, stream));
      stream.awaitFrames(1);
    }
    var refused = new RecordedSnapshot(1);
    var _ = snapshots.open(request, refused);
    refused.awaitRefusal(Error.Code.BUSY, true);
    assertThat(refused.frames()).hasSize(1);

    running.getFirst().cancel();
    // It leaves on the snapshots' own thread: until then there is no room.
    await("one that comes again").until(() -> whole(request).changes().size() == KEYS);
    running.forEach(SnapshotSession::cancel);
    assertThat(whole(request).changes()).hasSize(KEYS);
  }

  @Test
  void oneThatAnotherTermBeganStartsOver() {
    fill();
    var first = new RecordedSnapshot(3);
    var cut = snapshots.open(session(hub, "late", 1).build(), first);
    first.awaitFrames(3);
    cut.cancel();

    var again = new InMemoryHub(log.crashedAfter(log.lastPosition()));
    var stream = new RecordedSnapshot(Integer.MAX_VALUE);
    var request = session(again, "late", 2).setResumeToken(first.token()).build();
    var _ = snapshots(again).open(request, stream);
    stream.awaitRefusal(Error.Code.START_OVER, true);
  }

  @Test
  void aTokenThatIsNoneOrOfAnotherScopeStartsOver() {
    fill();
    var request = session(hub, "late", 1);
    var token = whole(request.build()).token();
    var nonsense = request.clone().setResumeToken(ByteString.copyFromUtf8("nonsense")).build();
    refused(nonsense, Error.Code.START_OVER, true);
    var other = request.clone().clearScope().addScope(Interest.newBuilder().setZone("z01"));
    refused(other.setResumeToken(token).build(), Error.Code.START_OVER, true);
  }

  private void refused(SnapshotRequest request, Error.Code code, boolean retryable) {
    var stream = new RecordedSnapshot(Integer.MAX_VALUE);
    var _ = snapshots.open(request, stream);
    stream.awaitRefusal(code, retryable);
    assertThat(stream.changes()).isEmpty();
  }

  @Test
  void aSessionThatIsFencedGetsNone() {
    fill();
    var older = session(hub, "late", 1).build();
    var newer = session(hub, "late", 2).build();
    refused(older, Error.Code.FENCED, true);
    refused(newer.toBuilder().setIncarnation(1).build(), Error.Code.FENCED, true);
    refused(newer.toBuilder().setEdge("nobody").build(), Error.Code.FENCED, true);
    assertThat(whole(newer).changes()).hasSize(KEYS);
  }

  @Test
  void oneUnderWayEndsWhenItsSessionIsFenced() {
    fill();
    var stream = new RecordedSnapshot(2);
    var under = snapshots.open(session(hub, "late", 1).build(), stream);
    stream.awaitFrames(2);
    var _ = session(hub, "late", 2);
    stream.makeRoom(Integer.MAX_VALUE / 2);
    under.ready();
    stream.awaitRefusal(Error.Code.FENCED, true);
  }

  @Test
  void whatTheSessionIsNotSentIsRefused() {
    var welcome =
        hub.connect(
                new ScriptedEdge("some", 1, 64)
                    .hello()
                    .clearReady()
                    .addReady(Interest.newBuilder().setZone("z01")))
            .welcome();
    var request =
        SnapshotRequest.newBuilder()
            .setEdge("some")
            .setIncarnation(1)
            .setSessionFence(welcome.getSessionFence());
    refused(
        request.clone().addScope(Interest.newBuilder().setZone("z02")).build(),
        Error.Code.MALFORMED_FRAME,
        false);
    refused(
        request.clone().addScope(Interest.newBuilder().setZone("z/02")).build(),
        Error.Code.MALFORMED_FRAME,
        false);
  }

  @Test
  void oneForWhichTheLogIsKeptNoLongerStartsOver() {
    fill();
    var stream = new RecordedSnapshot(1);
    var _ = snapshots.open(session(hub, "late", 1).build(), stream);
    stream.awaitFrames(1);
    assertThat(hub.sources.changeLog().pins().evictBefore(Long.MAX_VALUE)).isGreaterThan(1);
    stream.awaitRefusal(Error.Code.START_OVER, true);
  }

  @Test
  void theLogIsPinnedWhileOneIsUnderWayAndLetGoWhenItEnds() {
    fill();
    var pins = hub.sources.changeLog().pins();
    long before = pins.lowest();
    var stream = new RecordedSnapshot(1);
    var under = snapshots.open(session(hub, "late", 1).build(), stream);
    stream.awaitFrames(1);
    assertThat(pins.lowest()).isLessThanOrEqualTo(log.lastPosition() + 1);
    stream.makeRoom(Integer.MAX_VALUE / 2);
    under.ready();
    stream.awaitOver();
    assertThat(stream.frames().getLast().hasEnd()).isTrue();
    assertThat(pins.lowest()).isGreaterThanOrEqualTo(before);
  }
}
