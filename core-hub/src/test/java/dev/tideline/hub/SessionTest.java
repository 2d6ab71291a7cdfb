package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static dev.tideline.hub.testing.ScriptedEdge.batchOf;
import static dev.tideline.hub.testing.ScriptedEdge.frame;
import static dev.tideline.hub.testing.ScriptedEdge.heartbeat;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.tideline.codec.Ids;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Interests;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.Codec;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.Interest;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.Layout;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.RetainedIncarnation;
import dev.tideline.wire.v1.Verdict;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SessionTest {

  private final InMemoryHub hub = new InMemoryHub(ManualLog.unsynced());
  private final ScriptedEdge a = new ScriptedEdge("a", 10, 64);

  private static void assertRefused(HubFrame frame, Error.Code code, boolean retryable) {
    assertThat(frame.getRefused().getError().getCode()).isEqualTo(code);
    assertThat(frame.getRefused().getError().getRetryable()).isEqualTo(retryable);
  }

  private static void assertError(InMemoryHub.Link link, Error.Code code) {
    assertThat(link.last().getError().getCode()).isEqualTo(code);
    assertThat(link.stream().completed).isTrue();
  }

  private static EdgeFrame frameOf(MutationBatch.Builder batch) {
    return EdgeFrame.newBuilder().setMutationBatch(batch).build();
  }

  @Nested
  class Greeting {

    @Test
    void welcomesAnEdgeThatHasNothing() {
      var welcome = hub.connect(a.hello()).welcome();

      assertThat(welcome.getLayout().getPartitions()).isEqualTo(64);
      assertThat(welcome.getStartsList())
          .hasSize(64)
          .allSatisfy(start -> assertThat(start.getResumeFrom()).isEqualTo(1));
      assertThat(welcome.getCatalog().getNamespacesCount()).isEqualTo(4);
      assertThat(welcome.getSessionFence()).isPositive();
    }

    @Test
    void saysNothingBeforeTheIncarnationIsDurable() {
      var link = hub.connect();
      link.send(frame(a.hello()));
      assertThat(link.stream().frames).isEmpty();

      hub.log.sync();

      assertThat(link.last().hasWelcome()).isTrue();
    }

    @Test
    void leavesOutACatalogThatTheEdgeHas() {
      assertThat(hub.connect(a.hello().setCatalogVersion(1)).welcome().hasCatalog()).isFalse();
    }

    @Test
    void refusesWhatItCannotServe() {
      assertRefused(
          hub.connect(a.hello().setProtocolMin(2).setProtocolMax(3)).last(),
          Error.Code.PROTOCOL_VERSION,
          false);
      assertRefused(
          hub.connect(a.hello().setEdge("hub")).last(), Error.Code.RESERVED_EDGE_ID, false);
      assertRefused(
          hub.connect(a.hello().setEdge("No!")).last(), Error.Code.MALFORMED_FRAME, false);
      assertRefused(
          hub.connect(a.hello().addReady(Interest.newBuilder().setZone("z/k"))).last(),
          Error.Code.MALFORMED_FRAME,
          false);
      var layout = Layout.newBuilder().setFormatVersion(1).setPartitions(1).setHash("xxh64-zone");
      assertRefused(hub.connect(a.hello().setLayout(layout)).last(), Error.Code.LAYOUT, false);
      assertRefused(
          hub.connect(a.hello().setLayout(layout.setHash("other"))).last(),
          Error.Code.LAYOUT,
          false);
      assertThat(hub.tally.counts()).containsEntry("refused LAYOUT", 2L);
    }

    @Test
    void refusesAFirstFrameThatIsNotHello() {
      var link = hub.connect();
      link.send(heartbeat(1));
      assertRefused(link.last(), Error.Code.MALFORMED_FRAME, false);
    }

    @Test
    void endsASessionThatSaysHelloTwice() {
      var link = hub.connect(a.hello());
      link.send(frame(a.hello()));
      assertError(link, Error.Code.MALFORMED_FRAME);
    }

    @Test
    void refusesMoreInterestsThanAnEdgeMayHave() {
      var link = hub.connect(a.hello());
      var update = InterestUpdate.newBuilder();
      for (int i = 0; i < Interests.COUNT_MAX; i++) {
        update.addAdd(Interest.newBuilder().setZone("z" + i));
      }
      link.send(EdgeFrame.newBuilder().setInterestUpdate(update).build());
      assertError(link, Error.Code.MALFORMED_FRAME);
      assertThat(link.last().getError().getText()).contains("1025").contains("1024");
    }
  }

  @Nested
  class Fencing {

    @Test
    void aNewSessionEndsTheOneBefore() {
      var first = hub.connect(a.hello());
      var second = hub.connect(a.hello());

      assertError(first, Error.Code.FENCED);
      assertThat(second.welcome().getSessionFence())
          .isGreaterThan(first.welcome().getSessionFence());
    }

    @Test
    void framesOfTheOlderSessionAreNotTaken() {
      var first = hub.connect(a.hello());
      hub.connect(a.hello());
      long before = hub.log.lastPosition();

      first.send(batch(a.write(add("z/1", 1))));

      assertThat(hub.log.lastPosition()).isEqualTo(before);
    }

    @Test
    void anOlderIncarnationIsRefusedEvenAfterARestart() {
      hub.connect(a.hello());
      hub.connect(new ScriptedEdge("a", 5, 64).hello());
      assertRefused(hub.connect(a.hello()).last(), Error.Code.FENCED, false);

      var restarted = new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition()));

      assertRefused(restarted.connect(a.hello()).last(), Error.Code.FENCED, false);
      assertThat(restarted.connect(new ScriptedEdge("a", 5, 64).hello()).last().hasWelcome())
          .isTrue();
    }

    @Test
    void fencesRiseOverARestart() {
      long before = hub.connect(a.hello()).welcome().getSessionFence();
      var restarted = new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition()));
      assertThat(restarted.connect(a.hello()).welcome().getSessionFence()).isGreaterThan(before);
    }
  }

  @Nested
  class Batches {

    @Test
    void areAcknowledgedOnceDurable() {
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1)), a.write(add("y/1", 1))));
      assertThat(link.last().hasWelcome()).isTrue();

      hub.log.sync();

      assertThat(link.stream().frames)
          .filteredOn(HubFrame::hasMutationAck)
          .singleElement()
          .satisfies(ack -> assertThat(ack.getMutationAck().getSequence()).isEqualTo(2));
    }

    @Test
    void theWatermarksOfAWelcomeAreDurable() {
      var write = a.write(add("z/1", 1));
      var link = hub.connect(a.hello());
      link.send(batch(write));
      var again = hub.connect();
      again.send(frame(a.hello()));
      // It tells a watermark that could still be lost.
      assertThat(again.stream().frames).isEmpty();
      hub.log.sync();
      assertThat(again.welcome().getWatermarks(0).getSequence()).isEqualTo(1);
    }

    @Test
    void sentAgainAfterALostLinkAreDecidedOnce() {
      var first = a.write(add("z/1", 1));
      var second = a.write(add("z/1", 2));
      var link = hub.connect(a.hello());
      link.send(batch(first));
      link.session().closed();

      var again = hub.connect(a.hello());
      again.send(batch(first, second));
      hub.log.sync();

      assertThat(hub.sum("z/1")).isEqualTo(3);
      assertThat(again.stream().frames.stream().filter(HubFrame::hasMutationAck)).hasSize(1);
    }

    @Test
    void withAGapEndTheStreamAndMayComeAgain() {
      var link = hub.connect(a.hello());
      a.write(add("z/1", 1));
      link.send(batch(a.write(add("z/1", 1))));
      assertError(link, Error.Code.GAP);
      assertThat(link.last().getError().getRetryable()).isTrue();
    }

    @Test
    void mustFollowEachOther() {
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1))));
      a.write(add("y/1", 1));
      link.send(batch(a.write(add("x/1", 1))));
      assertError(link, Error.Code.GAP);
    }

    @Test
    void thatAreDamagedEndTheStream() {
      var good = batchOf(a.write(add("z/1", 1)));
      var link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCrc32C(1)));
      assertError(link, Error.Code.CORRUPT);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCount(2)));
      assertError(link, Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setFirstSequence(7)));
      assertError(link, Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCount(2000)));
      assertError(link, Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setIncarnation(77)));
      assertError(link, Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCodec(Codec.ZSTD)));
      assertError(link, Error.Code.CORRUPT);
      assertThat(hub.sum("z/1")).isZero();
    }

    @Test
    void mayBeCompressed() {
      var plain = batchOf(a.write(put("players", "z/1", "x".repeat(1000))));
      var packed = Zstd.compress(plain.getPayload().toByteArray());
      var link = hub.connect(a.hello());
      link.send(frameOf(plain.setCodec(Codec.ZSTD).setPayload(ByteString.copyFrom(packed))));
      hub.log.sync();
      assertThat(link.stream().frames).anyMatch(HubFrame::hasMutationAck);
    }

    @Test
    void withoutSpaceEndTheStreamAndNothingIsDecided() {
      var link = hub.connect(a.hello());
      hub.log.roomFor(0);
      link.send(batch(a.write(add("z/1", 1))));
      assertError(link, Error.Code.STORAGE);
      assertThat(link.last().getError().getRetryable()).isTrue();
      assertThat(hub.sum("z/1")).isZero();
      assertThat(hub.table.size()).isZero();
    }

    @Test
    void cutByACrashBetweenTwoPartitionsAreDecidedOnceWhenSentAgain() {
      var link = hub.connect(a.hello());
      long before = hub.log.lastPosition();
      var writes =
          new dev.tideline.wire.v1.Mutation[] {
            a.write(add("z/1", 1)), a.write(add("y/1", 2)), a.write(add("z/1", 4))
          };
      link.send(batch(writes));
      assertThat(hub.log.lastPosition()).isEqualTo(before + 2);

      var restarted = new InMemoryHub(hub.log.crashedAfter(before + 1));
      var again = restarted.connect(a.hello());
      again.send(batch(writes));
      restarted.log.sync();

      assertThat(restarted.sum("z/1")).isEqualTo(5);
      assertThat(restarted.sum("y/1")).isEqualTo(2);
      assertThat(again.stream().frames).anyMatch(HubFrame::hasMutationAck);
    }

    @Test
    void ofOlderIncarnationsComeFirst() {
      var older = new ScriptedEdge("a", 3, 64);
      var hello = a.hello().clearRetained();
      hello.addRetained(RetainedIncarnation.newBuilder().setIncarnation(3).setLastSequence(1));
      var link = hub.connect(hello);
      link.send(batch(older.write(add("z/1", 1))), batch(a.write(add("z/1", 1))));
      hub.log.sync();
      assertThat(hub.sum("z/1")).isEqualTo(2);

      link.send(batch(older.write(add("z/1", 1))));
      assertError(link, Error.Code.MALFORMED_FRAME);
    }
  }

  @Nested
  class Credits {

    @Test
    void comeBackWithTheAnswer() {
      var link = hub.connect(a.hello());
      assertThat(link.stream().requested).isEqualTo(16);
      link.send(batch(a.write(add("z/1", 1))));
      assertThat(link.stream().requested).isEqualTo(16);
      hub.log.sync();
      assertThat(link.stream().requested).isEqualTo(17);
    }

    @Test
    void stayOutWhileTheEdgeDoesNotRead() {
      var link = hub.connect(a.hello());
      link.stream().ready = false;
      link.send(heartbeat(1));
      assertThat(link.stream().requested).isEqualTo(16);
      link.stream().ready = true;
      link.session().ready();
      assertThat(link.stream().requested).isEqualTo(17);
    }
  }

  @Nested
  class Locating {

    private Located locate(MutationId id, String key) {
      var link = hub.connect(new ScriptedEdge("asker", 1, 64).hello());
      link.send(
          EdgeFrame.newBuilder()
              .setLocate(
                  Locate.newBuilder()
                      .setRequest(9)
                      .setId(Ids.encode(id))
                      .setPartition(a.partitionOf(key)))
              .build());
      hub.log.sync();
      return link.last().getLocated();
    }

    @Test
    void tellsWhatBecameOfAMutation() {
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1)), a.write(put("players", "z/2", "x"))));
      link.send(batch(new dev.tideline.wire.v1.Mutation[] {a.write(put("inventory", "z/3", "x"))}));

      var applied = locate(a.id(1), "z/1");
      assertThat(applied.getPlace()).isEqualTo(Located.Place.DECIDED);
      assertThat(applied.getVerdict()).isEqualTo(Verdict.APPLIED);
      assertThat(applied.getRevision()).isEqualTo(3);
      assertThat(applied.getRequest()).isEqualTo(9);
      var rejected = locate(a.id(3), "z/1");
      assertThat(rejected.getVerdict()).isEqualTo(Verdict.REJECTED);
      assertThat(rejected.getRevision()).isEqualTo(3);
      assertThat(locate(a.id(4), "z/1").getPlace()).isEqualTo(Located.Place.PENDING);
      assertThat(locate(new ScriptedEdge("b", 1, 64).id(1), "z/1").getPlace())
          .isEqualTo(Located.Place.UNKNOWN);
    }

    @Test
    void tellsWhatAnEndedIncarnationLost() {
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1))));
      hub.connect(
          new ScriptedEdge("a", 11, 64)
              .hello()
              .addRetained(RetainedIncarnation.newBuilder().setIncarnation(10).setLastSequence(5)));

      assertThat(locate(a.id(1), "z/1").getPlace()).isEqualTo(Located.Place.DECIDED);
      assertThat(locate(a.id(5), "z/1").getPlace()).isEqualTo(Located.Place.PENDING);
      assertThat(locate(a.id(6), "z/1").getPlace()).isEqualTo(Located.Place.LOST);
    }
  }

  @Nested
  class Resuming {

    private PartitionStart start(InMemoryHub at, Hello.Builder hello, int partition) {
      return at.connect(hello).welcome().getStarts(partition);
    }

    private long term(InMemoryHub at) {
      return at.reconcile.status(0).position().term();
    }

    private Hello.Builder helloAt(long revision, Position... terms) {
      var progress =
          PartitionProgress.newBuilder()
              .setPartition(a.partitionOf("z/1"))
              .setCursor(
                  Position.newBuilder()
                      .setTerm(terms[terms.length - 1].getTerm())
                      .setRevision(revision));
      for (var term : terms) {
        progress.addTerms(term);
      }
      return a.hello().addProgress(progress);
    }

    private Position first(long term, long revision) {
      return Position.newBuilder().setTerm(term).setRevision(revision).build();
    }

    @Test
    void goesOnBehindTheCursor() {
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1)), a.write(add("z/1", 1))));
      int z = a.partitionOf("z/1");

      assertThat(start(hub, helloAt(1, first(term(hub), 1)), z).getResumeFrom()).isEqualTo(2);
      assertThat(start(hub, helloAt(2, first(term(hub), 1)), z).getResumeFrom()).isEqualTo(3);
    }

    @Test
    void mustHealWhereTheHubWasSetBackToAnOlderCopy() {
      int z = a.partitionOf("z/1");
      long firstTerm = term(hub);
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1)), a.write(add("z/1", 1))));
      long copied = hub.log.lastPosition();
      link.send(batch(a.write(add("z/1", 1))));
      hub.log.sync();

      var setBack = new InMemoryHub(hub.log.crashedAfter(copied));
      var beyond = setBack.connect(helloAt(3, first(firstTerm, 1)));

      var start = beyond.welcome().getStarts(z);
      assertThat(start.getHealFork()).isEqualTo(first(firstTerm, 2));
      assertThat(start.getHead().getRevision()).isEqualTo(2);
      assertThat(beyond.welcome().getStarts((z + 1) % 64).getResumeFrom()).isEqualTo(1);
      assertThat(start(setBack, helloAt(2, first(firstTerm, 1)), z).getResumeFrom()).isEqualTo(3);

      beyond = setBack.connect(helloAt(3, first(firstTerm, 1)));
      beyond.send(batch(a.write(add("z/1", 1))));
      assertError(beyond, Error.Code.UNSUPPORTED);
    }

    @Test
    void mustHealWhereTheEdgeFollowedATermThatTheHubNeverHad() {
      int z = a.partitionOf("z/1");
      long firstTerm = term(hub);
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1)), a.write(add("z/1", 1))));
      var setBack = new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition()));
      setBack.connect(a.hello()).send(batch(a.write(add("z/1", 1))));

      var hello = helloAt(3, first(firstTerm, 1), first(firstTerm + 1, 3));
      assertThat(start(setBack, hello, z).getHealFork()).isEqualTo(first(firstTerm, 2));
      var stranger = helloAt(3, first(12345, 1));
      assertThat(start(setBack, stranger, z).getHealFork()).isEqualTo(first(0, 0));
    }

    @Test
    void mustHealWhereTheEdgeKnowsMoreDecidedThanTheHub() {
      int z = a.partitionOf("z/1");
      hub.connect(a.hello()).send(batch(a.write(add("z/1", 1))));
      var hello = helloAt(1, first(term(hub), 1));
      hello
          .getProgressBuilder(0)
          .addIncluded(IncludedSequence.newBuilder().setIncarnation(10).setSequence(2));
      assertThat(start(hub, hello, z).getHealFork().getRevision()).isEqualTo(1);
    }
  }
}
