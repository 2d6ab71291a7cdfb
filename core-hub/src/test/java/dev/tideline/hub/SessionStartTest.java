package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static dev.tideline.hub.testing.ScriptedEdge.frame;
import static dev.tideline.hub.testing.ScriptedEdge.heartbeat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Interests;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.Interest;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.Layout;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.Position;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How a session begins: who is welcome, who is fenced, and where each partition goes on. */
class SessionStartTest {

  private final InMemoryHub hub = new InMemoryHub(ManualLog.unsynced());
  private final ScriptedEdge a = new ScriptedEdge("a", 10, 64);

  private static void assertRefused(HubFrame frame, Error.Code code, boolean retryable) {
    assertThat(frame.getRefused().getError().getCode()).isEqualTo(code);
    assertThat(frame.getRefused().getError().getRetryable()).isEqualTo(retryable);
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
      link.assertEnded(Error.Code.MALFORMED_FRAME);
    }

    @Test
    void refusesMoreInterestsThanAnEdgeMayHave() {
      var link = hub.connect(a.hello());
      var update = InterestUpdate.newBuilder();
      for (int i = 0; i < Interests.COUNT_MAX; i++) {
        update.addAdd(Interest.newBuilder().setZone("z" + i));
      }
      link.send(EdgeFrame.newBuilder().setInterestUpdate(update).build());
      link.assertEnded(Error.Code.MALFORMED_FRAME);
      assertThat(link.last().getError().getText()).contains("1025").contains("1024");
    }
  }

  @Nested
  class Fencing {

    @Test
    void aNewSessionEndsTheOneBefore() {
      var first = hub.connect(a.hello());
      var second = hub.connect(a.hello());

      first.assertEnded(Error.Code.FORKED_INCARNATION);
      assertThat(second.welcome().getSessionFence())
          .isGreaterThan(first.welcome().getSessionFence());
    }

    @Test
    void aSessionOfANewerIncarnationFencesTheOneBefore() {
      var first = hub.connect(a.hello());
      hub.connect(new ScriptedEdge("a", 5, 64).hello());
      first.assertEnded(Error.Code.FENCED);
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

    /** Its apply log was lost with its machine, so it does not know itself what it had followed. */
    @Test
    void mustHealWhereSomethingPendingSawATermThatTheHubDoesNotKnow() {
      int z = a.partitionOf("z/1");
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1)), a.write(add("z/1", 1))));
      long term = term(hub);
      assertThat(start(hub, saw(helloAt(1, first(term, 1)), term, 2), z).hasResumeFrom()).isTrue();
      assertThat(start(hub, saw(helloAt(1, first(term, 1)), term + 1, 5), z).getHealFork())
          .isEqualTo(first(term, 1));
    }

    @Test
    void whatNobodyCanHaveSeenIsRefused() {
      var first = first(term(hub), 1);
      assertRefused(
          hub.connect(saw(helloAt(1, first), 5, 0)).last(), Error.Code.MALFORMED_FRAME, false);
      var many = helloAt(1, first);
      for (int term = 1; term <= 33; term++) {
        saw(many, term, 1);
      }
      assertRefused(hub.connect(many).last(), Error.Code.MALFORMED_FRAME, false);
    }

    private static Hello.Builder saw(Hello.Builder hello, long term, long revision) {
      hello.getProgressBuilder(0).addSaw(Position.newBuilder().setTerm(term).setRevision(revision));
      return hello;
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
      assertThat(beyond.welcome().getStartsList()).allMatch(PartitionStart::hasHealFork);

      beyond = setBack.connect(helloAt(3, first(firstTerm, 1)));
      beyond.send(batch(a.write(add("z/1", 1))));
      beyond.assertEnded(Error.Code.MALFORMED_FRAME);
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
      a.write(add("z/1", 1));
      var hello = helloAt(1, first(term(hub), 1));
      hello
          .getProgressBuilder(0)
          .addIncluded(IncludedSequence.newBuilder().setIncarnation(10).setSequence(2));
      assertThat(start(hub, hello, z).getHealFork().getRevision()).isEqualTo(1);
    }
  }
}
