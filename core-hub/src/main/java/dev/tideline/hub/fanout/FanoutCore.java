package dev.tideline.hub.fanout;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.SizeLimits;
import dev.tideline.wire.v1.CaughtUp;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.InterestTaken;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.OutOfInterest;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one session is sent. It is fed the durable records of the change log in order, from any
 * place at or before the first that the edge lacks, and gathers them into one batch per partition
 * and term. The ranges of a partition's batches are dense: each begins where the one before ended,
 * also over revisions of which the edge wants nothing. No thread, clock or stream; one lock of the
 * session's guards it.
 *
 * <p>An edge that is far behind is not sent what it would overwrite at once: of a range only the
 * latest change of each key goes out (it carries the full state), with the included sequence and
 * every verdict of the range. So it catches up with the log in less than the log's size, and the
 * hub keeps no more for it than one batch.
 */
public final class FanoutCore {

  /** A pass ends here; with the largest record on top a batch still fits one message. */
  static final int PASS_BYTES_MAX = SizeLimits.CHANGES_BYTES_MAX;

  /** A pass over changes that are left out ends here: other sessions wait for the thread. */
  static final int PASS_BYTES_SEEN_MAX = 8 * PASS_BYTES_MAX;

  /** At two a second a minute of them; beyond, the newest replaces the one before it. */
  static final int HEARTBEATS_MAX = 128;

  /** About what a verdict, or a decision without a change, takes. */
  private static final int VERDICT_BYTES = 64;

  /** Of a partition that must heal first: nothing of it is sent. */
  public static final long WITHHELD = 0;

  private final String edge;
  private final long[] next;
  private final long[] toldHeads;
  private final @Nullable OpenBatch[] open;
  private final List<HubFrame> closed = new ArrayList<>();
  private final ArrayDeque<Heartbeat> heartbeats = new ArrayDeque<>();
  private Interests sent;
  private boolean conflating;
  private int bytes;
  private int bytesSeen;
  private long passed;

  /**
   * A core for one session.
   *
   * @param next per partition the first revision that the edge lacks, or {@link #WITHHELD}
   * @param from position in the change log of the first record that it will be fed
   * @param sent what the edge wants
   */
  public FanoutCore(EdgeId edge, long[] next, long from, Interests sent) {
    this.edge = edge.text();
    this.next = next.clone();
    toldHeads = new long[next.length];
    open = new OpenBatch[next.length];
    this.sent = sent;
    passed = from - 1;
  }

  /** A heartbeat of the edge and where the log ended when it arrived. */
  private record Heartbeat(long number, long logPosition) {}

  /** Takes the next durable record. */
  public void accept(long position, ChangeLogRecord record) {
    if (position != passed + 1) {
      throw new IllegalStateException(
          "record %d does not follow record %d".formatted(position, passed));
    }
    passed = position;
    if (record.hasDecisions()) {
      accept(record.getDecisions(), record.getHybridClock());
    }
  }

  private void accept(PartitionRecord record, long hybridClock) {
    int partition = record.getPartition();
    long first = record.getFirstRevision();
    long last = first + record.getDecisionsCount() - 1;
    if (next[partition] == WITHHELD || last < next[partition]) {
      return;
    }
    if (first > next[partition]) {
      throw new IllegalStateException(
          "partition %d: revision %d is missing before %d"
              .formatted(partition, next[partition], first));
    }
    var batch = batchFor(partition, record.getTerm());
    boolean own = record.getEdge().equals(edge);
    for (int i = (int) (next[partition] - first); i < record.getDecisionsCount(); i++) {
      record.getDecisions(i).getChangesList().forEach(change -> add(batch, change));
      if (own && record.getDecisions(i).getVerdict() != Verdict.APPLIED) {
        batch.add(verdict(record, i));
        bytes += VERDICT_BYTES;
      }
      bytesSeen += VERDICT_BYTES;
    }
    include(batch, record);
    batch.end(last, hybridClock);
    next[partition] = last + 1;
  }

  private void add(OpenBatch batch, ByteString change) {
    bytesSeen += change.size();
    if (sent.everything() && !conflating) {
      bytes += batch.add(change);
      return;
    }
    var target = ChangeCodec.target(change);
    if (sent.covers(target)) {
      bytes += conflating ? batch.replace(target, change) : batch.add(change);
    }
  }

  private OpenBatch batchFor(int partition, long term) {
    var batch = open[partition];
    if (batch != null && batch.term() != term) {
      close(partition);
      batch = null;
    }
    if (batch == null) {
      batch = new OpenBatch(partition, term, next[partition]);
      open[partition] = batch;
    }
    return batch;
  }

  private static OwnVerdict verdict(PartitionRecord record, int index) {
    var decision = record.getDecisions(index);
    var verdict =
        OwnVerdict.newBuilder()
            .setIncarnation(record.getIncarnation())
            .setSequence(decision.getSequence())
            .setRevision(record.getFirstRevision() + index)
            .setVerdict(decision.getVerdict())
            .setReason(decision.getReason())
            .setPartition(record.getPartition());
    if (decision.hasFirst()) {
      verdict.setFirst(decision.getFirst());
    }
    return verdict.build();
  }

  private void include(OpenBatch batch, PartitionRecord record) {
    for (var watermark : record.getWatermarksList()) {
      if (watermark.getEdge().equals(edge)) {
        batch.include(watermark.getIncarnation(), watermark.getSequence());
      }
    }
  }

  /**
   * What is wanted changes; between two passes.
   *
   * @return what the edge is told, before anything that follows
   */
  public List<HubFrame> want(InterestUpdate update, Interests from) {
    sent = from;
    var frames = new ArrayList<HubFrame>(2);
    var taken = InterestTaken.newBuilder().setVersion(update.getVersion());
    for (long first : next) {
      taken.addStreamAfter(first - 1);
    }
    frames.add(HubFrame.newBuilder().setInterestTaken(taken).build());
    if (update.getRemoveCount() > 0) {
      var out =
          OutOfInterest.newBuilder()
              .setVersion(update.getVersion())
              .addAllInterest(update.getRemoveList());
      frames.add(HubFrame.newBuilder().setOutOfInterest(out).build());
    }
    return frames;
  }

  /** Whether only the latest of each key is to be sent of what follows; told before a pass. */
  public void conflate(boolean conflates) {
    conflating = conflates;
  }

  /** Whether enough is gathered to be sent before more is taken. */
  public boolean full() {
    return bytes >= PASS_BYTES_MAX || bytesSeen >= PASS_BYTES_SEEN_MAX;
  }

  /** Takes a heartbeat of the edge; it is answered once everything up to the position was taken. */
  public void heartbeat(long number, long logPosition) {
    if (heartbeats.size() == HEARTBEATS_MAX) {
      heartbeats.removeLast();
    }
    heartbeats.add(new Heartbeat(number, logPosition));
  }

  /** Everything gathered, in the order to be sent; empty if there is nothing. */
  public List<HubFrame> flush() {
    for (int partition = 0; partition < open.length; partition++) {
      close(partition);
    }
    bytes = 0;
    bytesSeen = 0;
    while (!heartbeats.isEmpty() && heartbeats.getFirst().logPosition() <= passed) {
      closed.add(caughtUp(heartbeats.removeFirst().number()));
    }
    if (closed.isEmpty()) {
      return List.of();
    }
    var frames = List.copyOf(closed);
    closed.clear();
    return frames;
  }

  private void close(int partition) {
    var batch = open[partition];
    if (batch != null) {
      closed.add(HubFrame.newBuilder().setChangeBatch(batch.build()).build());
      open[partition] = null;
    }
  }

  private HubFrame caughtUp(long number) {
    var caughtUp = CaughtUp.newBuilder().setHeartbeat(number);
    for (int partition = 0; partition < next.length; partition++) {
      long head = next[partition] - 1;
      if (next[partition] != WITHHELD && head != toldHeads[partition]) {
        toldHeads[partition] = head;
        caughtUp.addHeads(
            CaughtUp.PartitionHead.newBuilder().setPartition(partition).setRevision(head));
      }
    }
    return HubFrame.newBuilder().setCaughtUp(caughtUp).build();
  }
}
