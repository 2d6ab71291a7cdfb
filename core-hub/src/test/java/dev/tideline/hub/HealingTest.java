package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static dev.tideline.hub.testing.ScriptedEdge.batchOf;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.Ids;
import dev.tideline.hub.InMemoryHub.Link;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.State;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Former;
import dev.tideline.wire.v1.HealBatch;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.MutationList;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A hub that was set back, and the edges that know better; see the package of healing. */
final class HealingTest {

  private final ScriptedEdge a = new ScriptedEdge("a", 10, 64);
  private final ScriptedEdge b = new ScriptedEdge("b", 20, 64);
  private final int z = a.partitionOf("z/1");
  private InMemoryHub lost = new InMemoryHub(ManualLog.synced());
  private InMemoryHub hub = lost;
  private long lostTerm;

  /** One mutation of each edge is in the copy, in partition z; what follows is not. */
  @BeforeEach
  void setBack() {
    lostTerm = lost.reconcile.status(z).position().term();
    lost.connect(a.hello()).send(batch(a.write(add("z/1", 1))));
    lost.connect(b.hello()).send(batch(b.write(add("z/1", 1))));
    lost.log.sync();
    hub = new InMemoryHub(lost.log.crashedAfter(lost.log.lastPosition()));
  }

  @Test
  void waitsForAllItKnowsAndDecidesInTheOrderOfTheOriginalTimes() {
    var late = b.at(3_000).write(put("players", "z/p", "later"));
    var early = a.at(2_000).write(put("players", "z/p", "earlier"));
    var ofB = hub.connect(beyond(b, 4, 2));
    ofB.send(heal(true, late, decided(4)));
    hub.pass(0);
    assertThat(head()).as("a has not come").isEqualTo(2);

    var ofA = hub.connect(beyond(a, 4, 2));
    ofA.send(heal(true, early, decided(3)));
    hub.log.sync();

    assertThat(value("z/p")).isEqualTo("later");
    assertThat(hub.reconcile.status(z).healed().getFirst().missing()).isZero();
    for (var link : new Link[] {ofA, ofB}) {
      assertThat(link.last().getHealed().getDecidedAgain()).isEqualTo(2);
      assertThat(link.stream().completed).isTrue();
    }
    assertThat(order()).containsExactly("a", "b");
  }

  @Test
  void anEdgeThatWasHealedLoadsASnapshotInPlaceOfWhatItFollowed() {
    hub.connect(b.hello());
    var link = hub.connect(beyond(a, 3, 2));
    bringsNothing(b);
    link.send(heal(true, a.write(add("z/1", 1)), decided(3)));
    hub.log.sync();

    var again = hub.connect(beyond(a, 3, 2)).welcome().getStarts(z).getSnapshot();
    assertThat(again.getFork()).isEqualTo(position(lostTerm, 2));
    assertThat(again.getStreamAfter().getRevision()).isEqualTo(3);
  }

  @Test
  void whoKnowsNothingMoreBringsAllTheSameWhatItRetains() {
    var ofA = hub.connect(beyond(a, 3, 2));
    var ofB = hub.connect(b.hello());
    assertThat(ofB.welcome().getStartsList()).allMatch(PartitionStart::hasHealFork);
    ofA.send(heal(true, a.write(add("z/1", 5)), decided(3)));
    ofB.send(heal(true, b.write(add("z/1", 3)), Former.getDefaultInstance()));
    hub.log.sync();
    assertThat(hub.sum("z/1")).isEqualTo(10);
    assertThat(ofB.last().getHealed().getDecidedAgain()).isEqualTo(1);
    assertThat(hub.connect(b.hello()).welcome().getStarts(z).getResumeFrom()).isEqualTo(1);
  }

  @Test
  void formerRevisionsSayTheOrderWhateverTheClocksSaid() {
    // A clock far ahead, cut when it was decided first: who saw it has an earlier time.
    var seen = a.at(90_000).write(put("players", "z/p", "seen"));
    var after = b.at(62_000).saw(context(3)).write(put("players", "z/p", "after"));
    var ofB = hub.connect(beyond(b, 4, 2));
    ofB.send(heal(true, after, decided(4)));
    hub.connect(beyond(a, 4, 2)).send(heal(true, seen, decided(3)));
    hub.log.sync();
    assertThat(order()).containsExactly("a", "b");
    assertThat(value("z/p")).isEqualTo("after");
  }

  @Test
  void partitionsAreDecidedOneAfterTheOtherSoThatNobodyWaitsForWhoWaits() {
    var other = partitionAbove(z);
    var ofB = hub.connect(beyond(b, 6, 3));
    ofB.send(heal(false, b.write(put("players", "z/p", "5")), decided(5)));
    ofB.send(heal(true, b.write(put("players", other + "/p", "1")), decided(1)));
    var ofA = hub.connect(beyond(a, 6, 3));
    ofA.send(heal(false, a.write(put("players", "z/p", "6")), decided(6)));
    ofA.send(heal(true, a.write(put("players", other + "/p", "2")), decided(2)));
    hub.log.sync();
    assertThat(order()).as("in partition z").containsExactly("b", "a");
    assertThat(ofA.last().hasHealed()).isTrue();
  }

  @Test
  void sessionsThatGoOnEndWhenHealingBegins() {
    var link = hub.connect(b.hello());
    hub.connect(beyond(a, 3, 2));
    link.assertEnded(Error.Code.HEALING);
  }

  @Test
  void whoeverIsAbsentIsWaitedForUntilTheDeadlineAndBringsTheRestLate() {
    var link = hub.connect(beyond(a, 4, 2));
    link.send(heal(true, a.write(add("z/1", 5)), decided(3)));
    hub.pass(InMemoryHub.HEAL_DEADLINE_MS - 1);
    assertThat(hub.sum("z/1")).isEqualTo(2);
    hub.pass(1);
    assertThat(hub.sum("z/1")).isEqualTo(7);
    assertThat(hub.healer.missing()).isEqualTo(1);

    var other = hub.connect(beyond(new ScriptedEdge("c", 30, 64), 0, 0));
    var straggler = hub.connect(beyond(b, 4, 2));
    straggler.send(heal(true, b.write(add("z/1", 7)), decided(4)));
    hub.log.sync();
    assertThat(hub.sum("z/1")).isEqualTo(14);
    assertThat(hub.healer.missing()).isZero();
    assertThat(other.stream().completed).as("nobody waits for a straggler").isFalse();
  }

  @Test
  void whatWasRejectedStaysRejected() {
    hub.connect(b.hello());
    var link = hub.connect(beyond(a, 3, 2));
    bringsNothing(b);
    var rejected = a.write(add("z/1", 1_000));
    var former =
        decided(3).toBuilder().setVerdict(Verdict.REJECTED).setReason(Reason.OVERFLOW).build();
    link.send(heal(true, rejected, former));
    hub.log.sync();
    assertThat(hub.sum("z/1")).isEqualTo(2);
    var kept = hub.reconcile.verdict(z, a.id(2)).orElseThrow();
    assertThat(kept.verdict()).isEqualTo(dev.tideline.model.Verdict.REJECTED);
    assertThat(kept.reason()).isEqualTo(dev.tideline.model.Reason.OVERFLOW);
  }

  @Test
  void aContextOfTheLostHistorySawWhatItSawThere() {
    var link = hub.connect(beyond(a, 4, 2));
    bringsNothing(b);
    link.send(heal(true, a.at(90_000).write(put("players", "z/p", "seen")), decided(4)));
    hub.log.sync();
    // Made by a clock that was behind: only its context says that it came after.
    var saw = context(4);
    hub.connect(b.hello()).send(batch(b.at(2_000).saw(saw).write(put("players", "z/p", "after"))));
    assertThat(value("z/p")).isEqualTo("after");
    var blind = context(3);
    hub.connect(a.hello()).send(batch(a.at(1_000).saw(blind).write(put("players", "z/p", "late"))));
    assertThat(value("z/p")).isEqualTo("after");
  }

  @Test
  void whatIsMissingBetweenIsListedAndItsReceiptIsLost() {
    hub.connect(b.hello());
    var link = hub.connect(beyond(a, 5, 4));
    bringsNothing(b);
    var gone = a.write(add("z/1", 100));
    var kept = a.write(add("z/1", 5));
    a.write(add("z/1", 100));
    link.send(heal(true, kept, decided(4)));
    hub.log.sync();

    assertThat(hub.sum("z/1")).isEqualTo(7);
    assertThat(hub.reconcile.unhealed(z))
        .extracting(range -> range.getAfterSequence() + "-" + range.getToSequence())
        .containsExactly("1-2", "3-4");
    assertThat(hub.healer.missing()).isEqualTo(2);
    assertThat(hub.reconcile.watermark(z, source(a)).sequence()).isEqualTo(4);
    assertThat(place(gone.getId().getSequence())).isEqualTo(Located.Place.LOST);
    assertThat(place(kept.getId().getSequence())).isEqualTo(Located.Place.DECIDED);
    assertThat(place(4)).isEqualTo(Located.Place.LOST);
  }

  @Test
  void aRoundThatBreaksOffBeginsAgainAndNothingCountsTwice() {
    hub.connect(b.hello());
    var link = hub.connect(beyond(a, 4, 3));
    var first = a.write(add("z/1", 5));
    var second = a.write(add("z/1", 6));
    bringsNothing(b);
    link.send(heal(false, first, decided(3)));
    hub.log.sync();
    assertThat(hub.sum("z/1")).isEqualTo(7);

    hub = new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition()));
    bringsNothing(b);
    link = hub.connect(beyond(a, 4, 3));
    bringsNothing(b);
    link.send(heal(false, first, decided(3)), heal(true, second, decided(4)));
    hub.log.sync();
    assertThat(hub.sum("z/1")).isEqualTo(13);
    assertThat(hub.healer.missing()).isZero();
    assertThat(link.last().hasHealed()).isTrue();
  }

  @Test
  void whatIsHealedIsStillSoAfterARestart() {
    hub.connect(b.hello());
    var link = hub.connect(beyond(a, 5, 3));
    bringsNothing(b);
    var gone = a.write(add("z/1", 100));
    assertThat(gone.getId().getSequence()).isEqualTo(2);
    link.send(heal(true, a.write(add("z/1", 5)), decided(4)));
    hub.log.sync();

    hub = new InMemoryHub(hub.log.crashedAfter(hub.log.lastPosition()));
    assertThat(hub.healer.missing()).isEqualTo(2);
    assertThat(hub.reconcile.unhealed(z)).hasSize(1);
    assertThat(hub.connect(beyond(a, 5, 3)).welcome().getStarts(z).hasSnapshot()).isTrue();
  }

  @Test
  void whatAnotherCopyOfAnEdgeRetainsIsForThatCopyToBring() {
    hub.connect(b.hello());
    // It was told that the other copy's mutations are decided, and never had them.
    var hello = beyond(new ScriptedEdge("a", 11, 64), 4, 0);
    hello
        .getProgressBuilder(0)
        .addIncluded(IncludedSequence.newBuilder().setIncarnation(10).setSequence(2));
    var first = hub.connect(hello);
    bringsNothing(b);
    first.send(EdgeFrame.newBuilder().setHealBatch(HealBatch.newBuilder().setLast(true)).build());
    assertThat(first.last().hasHealed()).isTrue();
    assertThat(hub.reconcile.unhealed(z)).isEmpty();

    var other = hub.connect(beyond(a, 4, 2).setIncarnation(12));
    other.send(heal(true, a.write(add("z/1", 5)), decided(3)));
    assertThat(hub.sum("z/1")).isEqualTo(7);
  }

  @Test
  void aFrameOfTheOtherKindEndsTheSession() {
    var healing = hub.connect(beyond(a, 3, 2));
    healing.send(batch(a.write(add("z/1", 1))));
    healing.assertEnded(Error.Code.MALFORMED_FRAME);
    var fresh = new InMemoryHub(ManualLog.synced());
    var link = fresh.connect(a.hello());
    link.send(heal(true, a.write(add("z/1", 1)), decided(3)));
    link.assertEnded(Error.Code.MALFORMED_FRAME);
  }

  /** A zone of a partition that comes later than another. */
  private String partitionAbove(int partition) {
    for (int i = 0; ; i++) {
      if (a.partitionOf("zone" + i + "/p") > partition) {
        return "zone" + i;
      }
    }
  }

  private void bringsNothing(ScriptedEdge edge) {
    hub.connect(edge.hello())
        .send(EdgeFrame.newBuilder().setHealBatch(HealBatch.newBuilder().setLast(true)).build());
  }

  private static Source source(ScriptedEdge of) {
    var id = of.id(1);
    return new Source(id.edge(), id.incarnation());
  }

  private long head() {
    return hub.reconcile.status(z).head();
  }

  private String value(String key) {
    return hub.reconcile.read(ScriptedEdge.target("players", key)).state()
            instanceof State.Register(var version)
        ? version.value().toStringUtf8()
        : "";
  }

  /** Whose mutations were decided behind the copy, in their order. */
  private List<String> order() {
    var edges = new ArrayList<String>();
    try (var reader = hub.log.read(1)) {
      while (reader.next()) {
        var record = ChangeLogRecord.parseFrom(reader.record());
        if (record.getDecisions().getFirstRevision() > 2) {
          edges.add(record.getDecisions().getEdge());
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
    return edges;
  }

  private Located.Place place(long sequence) {
    var link = hub.connect(b.hello());
    var id = new MutationId(new EdgeId("a"), 10, sequence);
    var locate = Locate.newBuilder().setPartition(z).setId(Ids.encode(id));
    link.send(EdgeFrame.newBuilder().setLocate(locate).build());
    hub.log.sync();
    return link.last().getLocated().getPlace();
  }

  /** An edge that has applied the lost history, and knows so many of its mutations as decided. */
  private Hello.Builder beyond(ScriptedEdge edge, long revision, long decided) {
    var progress =
        PartitionProgress.newBuilder()
            .setPartition(z)
            .setCursor(position(lostTerm, revision))
            .addTerms(position(lostTerm, 1))
            .addIncluded(
                IncludedSequence.newBuilder()
                    .setIncarnation(edge.id(1).incarnation())
                    .setSequence(decided));
    var hello = edge.hello().addProgress(progress);
    hello.getRetainedBuilder(0).setLastSequence(decided);
    return hello;
  }

  private Former decided(long revision) {
    return Former.newBuilder()
        .setPosition(position(lostTerm, revision))
        .setVerdict(Verdict.APPLIED)
        .build();
  }

  private Context context(long revision) {
    return new Context(new dev.tideline.model.Position(lostTerm, revision), List.of());
  }

  private static Position position(long term, long revision) {
    return Position.newBuilder().setTerm(term).setRevision(revision).build();
  }

  private static EdgeFrame heal(boolean last, Mutation mutation, Former former) {
    var batch = batchOf(mutation);
    try {
      var list = MutationList.parseFrom(batch.getPayload()).toBuilder();
      list.getMutationsBuilder(0).setFormer(former);
      return heal(last, batch, list.build());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static EdgeFrame heal(boolean last, MutationBatch.Builder batch, MutationList list) {
    var payload = list.toByteString();
    var crc = new CRC32C();
    crc.update(payload.asReadOnlyByteBuffer());
    batch.setPayload(payload).setPayloadBytes(payload.size()).setCrc32C((int) crc.getValue());
    return EdgeFrame.newBuilder()
        .setHealBatch(HealBatch.newBuilder().setBatch(batch).setLast(last))
        .build();
  }
}
