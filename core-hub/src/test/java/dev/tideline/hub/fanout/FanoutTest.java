package dev.tideline.hub.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.RecordedStream;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.HubBoot;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.Verdict;
import dev.tideline.wire.v1.Watermark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FanoutTest {

  private static final int PARTITIONS = 4;

  private final ManualLog log = ManualLog.unsynced();
  private final ChangeLogDriver changeLog =
      new ChangeLogDriver(log, PARTITIONS, new HubClock(() -> 1000));
  private final FanoutDriver fanout = new FanoutDriver(changeLog, 8192);
  private final long[] heads = new long[PARTITIONS];
  private final long[] sequences = new long[PARTITIONS];
  private long term = 1;

  private void decide(int partition, String edge, Verdict... verdicts) {
    var record =
        PartitionRecord.newBuilder()
            .setPartition(partition)
            .setTerm(term)
            .setFirstRevision(heads[partition] + 1)
            .setEdge(edge)
            .setIncarnation(5);
    for (var verdict : verdicts) {
      long revision = ++heads[partition];
      var decision = Decision.newBuilder().setSequence(++sequences[partition]).setVerdict(verdict);
      if (verdict == Verdict.APPLIED) {
        decision.addChanges(change(partition, revision));
      }
      record.addDecisions(decision);
    }
    record.addWatermarks(
        Watermark.newBuilder()
            .setEdge(edge)
            .setIncarnation(5)
            .setPartition(partition)
            .setSequence(sequences[partition]));
    changeLog.append(ChangeLogRecord.newBuilder().setDecisions(record));
  }

  /** A change of a key of its own. */
  private static ByteString change(int partition, long revision) {
    return Change.newBuilder()
        .setNamespace("n")
        .setKey(partition + ":" + revision)
        .setRevision(revision)
        .build()
        .toByteString();
  }

  private static String key(ByteString change) {
    return ChangeCodec.target(change).key().text();
  }

  private void sync() {
    log.sync();
    fanout.announce();
  }

  private FanoutSession follow(RecordedStream stream, long from, long... next) {
    var session = fanout.open(stream);
    session.begin(
        HubFrame.getDefaultInstance(),
        new FanoutCore(new EdgeId("a"), next, from, Interests.EVERYTHING),
        from,
        () -> {});
    return session;
  }

  private FanoutSession followAll(RecordedStream stream) {
    return follow(stream, 1, 1, 1, 1, 1);
  }

  /** What an edge makes of the batches: per partition all changes; fails on a gap. */
  private static List<List<String>> apply(List<ChangeBatch> batches, long... next) {
    var applied = new ArrayList<List<String>>();
    for (int i = 0; i < PARTITIONS; i++) {
      applied.add(new ArrayList<>());
    }
    for (var batch : batches) {
      assertThat(batch.getFromRevision()).isEqualTo(next[batch.getPartition()]);
      next[batch.getPartition()] = batch.getToRevision() + 1;
      batch.getChangesList().forEach(change -> applied.get(batch.getPartition()).add(key(change)));
    }
    return applied;
  }

  @Test
  void nothingIsSentBeforeItIsDurable() {
    var stream = new RecordedStream();
    followAll(stream);
    decide(0, "b", Verdict.APPLIED);
    fanout.announce();
    assertThat(stream.changes()).isEmpty();

    sync();

    assertThat(stream.changes()).hasSize(1);
  }

  @Test
  void aBatchCarriesOwnVerdictsAndTheIncludedSequence() {
    var stream = new RecordedStream();
    followAll(stream);
    decide(1, "a", Verdict.APPLIED, Verdict.REJECTED);
    decide(1, "a", Verdict.SUPERSEDED);
    sync();

    var batch = stream.changes().getFirst();
    assertThat(batch.getFromRevision()).isEqualTo(1);
    assertThat(batch.getToRevision()).isEqualTo(3);
    assertThat(batch.getVerdictsList()).extracting(OwnVerdict::getRevision).containsExactly(2L, 3L);
    assertThat(batch.getIncludedList())
        .extracting(IncludedSequence::getSequence)
        .containsExactly(3L);
  }

  @Test
  void othersVerdictsAreNotTold() {
    var stream = new RecordedStream();
    followAll(stream);
    decide(1, "b", Verdict.REJECTED);
    sync();

    var batch = stream.changes().getFirst();
    assertThat(batch.getVerdictsCount()).isZero();
    assertThat(batch.getIncludedCount()).isZero();
    assertThat(batch.getToRevision()).isEqualTo(1);
  }

  @Test
  void aBatchStaysWithinOneTerm() {
    var stream = new RecordedStream();
    stream.ready = false;
    var session = followAll(stream);
    decide(0, "b", Verdict.APPLIED);
    term = 2;
    decide(0, "b", Verdict.APPLIED);
    sync();
    stream.ready = true;
    session.drain();

    assertThat(stream.changes()).extracting(ChangeBatch::getTerm).containsExactly(1L, 2L);
    apply(stream.changes(), 1, 1, 1, 1);
  }

  @Test
  void catchingUpFromAnyCursorEqualsFollowingLive() {
    var random = new Random(42);
    var live = new RecordedStream();
    followAll(live);
    for (int i = 0; i < 3 * 4096; i++) {
      var verdicts = new Verdict[1 + random.nextInt(3)];
      Arrays.fill(verdicts, random.nextInt(5) == 0 ? Verdict.REJECTED : Verdict.APPLIED);
      decide(random.nextInt(PARTITIONS), random.nextBoolean() ? "a" : "b", verdicts);
      if (random.nextInt(10) == 0) {
        sync();
      }
    }
    sync();
    var all = apply(live.changes(), 1, 1, 1, 1);

    for (int round = 0; round < 50; round++) {
      var next = new long[PARTITIONS];
      long from = log.lastPosition() + 1;
      for (int p = 0; p < PARTITIONS; p++) {
        next[p] = 1 + random.nextLong(heads[p] + 1);
        if (next[p] <= heads[p]) {
          from = Math.min(from, changeLog.positionOf(p, next[p], from));
        }
      }
      var stream = new RecordedStream();
      follow(stream, from, next);
      var caughtUp = apply(stream.changes(), next.clone());
      for (int p = 0; p < PARTITIONS; p++) {
        int partition = p;
        assertThat(caughtUp.get(p))
            .isEqualTo(
                all.get(p).stream()
                    .filter(c -> Long.parseLong(c.substring(2)) >= next[partition])
                    .toList());
      }
    }
  }

  @Test
  void aSlowStreamGetsEverythingInTheEnd() {
    var slow = new RecordedStream();
    slow.readyFrames = 1;
    var session = followAll(slow);
    for (int i = 0; i < 1000; i++) {
      decide(i % PARTITIONS, "b", Verdict.APPLIED);
    }
    sync();
    assertThat(slow.changes()).isEmpty();

    while (slow.changes().stream().mapToInt(ChangeBatch::getChangesCount).sum() < 1000) {
      slow.readyFrames = 1;
      session.drain();
    }
    apply(slow.changes(), 1, 1, 1, 1);
  }

  @Test
  void aPassIsBounded() {
    var stream = new RecordedStream();
    stream.ready = false;
    var session = followAll(stream);
    var large = ByteString.copyFrom(new byte[100_000]);
    for (int i = 1; i <= 20; i++) {
      changeLog.append(
          ChangeLogRecord.newBuilder()
              .setDecisions(
                  PartitionRecord.newBuilder()
                      .setFirstRevision(i)
                      .setTerm(1)
                      .addDecisions(
                          Decision.newBuilder().setVerdict(Verdict.APPLIED).addChanges(large))));
    }
    sync();
    stream.ready = true;
    session.drain();

    assertThat(stream.changes())
        .hasSizeGreaterThan(2)
        .allSatisfy(b -> assertThat(b.getSerializedSize()).isLessThan(700_000));
  }

  @Test
  void aHeartbeatIsAnsweredOnceWhatWasDecidedBeforeItWasSent() {
    var stream = new RecordedStream();
    var session = followAll(stream);
    decide(2, "b", Verdict.APPLIED);
    session.heartbeat(7, changeLog.lastPosition());
    assertThat(stream.frames).noneMatch(HubFrame::hasCaughtUp);

    sync();

    assertThat(stream.last().getCaughtUp().getHeartbeat()).isEqualTo(7);
    assertThat(stream.last().getCaughtUp().getHeadsList())
        .singleElement()
        .satisfies(
            head -> {
              assertThat(head.getPartition()).isEqualTo(2);
              assertThat(head.getRevision()).isEqualTo(1);
            });
  }

  @Test
  void anIdleHubAnswersAHeartbeatAtOnce() {
    changeLog.append(ChangeLogRecord.newBuilder().setBoot(HubBoot.getDefaultInstance()));
    sync();
    var stream = new RecordedStream();
    var session = followAll(stream);
    session.heartbeat(1, changeLog.lastPosition());
    session.heartbeat(2, changeLog.lastPosition());

    assertThat(stream.frames.stream().filter(HubFrame::hasCaughtUp)).hasSize(2);
  }

  @Test
  void aPartitionThatMustHealIsWithheld() {
    var stream = new RecordedStream();
    follow(stream, 1, FanoutCore.WITHHELD, 1, 1, 1);
    decide(0, "b", Verdict.APPLIED);
    decide(1, "b", Verdict.APPLIED);
    sync();

    assertThat(stream.changes()).extracting(ChangeBatch::getPartition).containsExactly(1);
  }

  @Test
  void aGapInTheLogIsNeverPassedOn() {
    decide(0, "b", Verdict.APPLIED);
    decide(0, "b", Verdict.APPLIED);
    var core = new FanoutCore(new EdgeId("a"), new long[] {1, 1, 1, 1}, 2, Interests.EVERYTHING);
    log.sync();
    var reader = changeLog.read(2, () -> {});
    assertThat(reader.next()).isTrue();
    assertThatThrownBy(() -> core.accept(2, reader.record()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("revision 1 is missing");
  }

  @Test
  void whatWasEndedIsSentNothingMore() {
    var stream = new RecordedStream();
    var session = followAll(stream);
    session.close();
    decide(0, "b", Verdict.APPLIED);
    sync();
    assertThat(stream.changes()).isEmpty();
  }
}
