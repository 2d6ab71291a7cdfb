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
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.Codec;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.RetainedIncarnation;
import dev.tideline.wire.v1.Verdict;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What an edge sends in its session, and what it asks. */
class SessionTest {

  private final InMemoryHub hub = new InMemoryHub(ManualLog.unsynced());
  private final ScriptedEdge a = new ScriptedEdge("a", 10, 64);

  private static EdgeFrame frameOf(MutationBatch.Builder batch) {
    return EdgeFrame.newBuilder().setMutationBatch(batch).build();
  }

  /** Whoever reads what is decided too slowly. */
  @Nested
  class Behind {

    @Test
    void isToldToComeAgainWhenTheLogIsKeptNoLongerAndHoldsItNoMore() {
      var slow = hub.connect(new ScriptedEdge("slow", 1, 64).hello());
      var prompt = hub.connect(new ScriptedEdge("prompt", 1, 64).hello());
      slow.stream().ready = false;
      long welcomed = hub.log.lastPosition();
      var writer = hub.connect(a.hello());
      for (int i = 0; i < 10; i++) {
        writer.send(batch(a.write(add("z/1", 1))));
        hub.log.sync();
      }
      var pins = hub.sources.changeLog().pins();
      assertThat(pins.lowest()).isLessThanOrEqualTo(welcomed + 1);

      assertThat(pins.evictBefore(welcomed + 5)).isEqualTo(1);

      slow.assertEnded(Error.Code.TOO_FAR_BEHIND);
      assertThat(slow.last().getError().getRetryable()).isTrue();
      assertThat(pins.lowest()).isGreaterThan(welcomed + 5);
      writer.send(batch(a.write(add("z/1", 1))));
      hub.log.sync();
      assertThat(prompt.stream().completed).isFalse();
      assertThat(prompt.stream().changes()).hasSize(11);
      assertThat(slow.stream().changes()).isEmpty();
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
      link.assertEnded(Error.Code.GAP);
      assertThat(link.last().getError().getRetryable()).isTrue();
    }

    @Test
    void mustFollowEachOther() {
      var link = hub.connect(a.hello());
      link.send(batch(a.write(add("z/1", 1))));
      a.write(add("y/1", 1));
      link.send(batch(a.write(add("x/1", 1))));
      link.assertEnded(Error.Code.GAP);
    }

    @Test
    void thatAreDamagedEndTheStream() {
      var good = batchOf(a.write(add("z/1", 1)));
      var link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCrc32C(1)));
      link.assertEnded(Error.Code.CORRUPT);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCount(2)));
      link.assertEnded(Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setFirstSequence(7)));
      link.assertEnded(Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCount(2000)));
      link.assertEnded(Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setIncarnation(77)));
      link.assertEnded(Error.Code.MALFORMED_FRAME);
      link = hub.connect(a.hello());
      link.send(frameOf(good.clone().setCodec(Codec.ZSTD)));
      link.assertEnded(Error.Code.CORRUPT);
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
      link.assertEnded(Error.Code.STORAGE);
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
      link.assertEnded(Error.Code.MALFORMED_FRAME);
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
}
