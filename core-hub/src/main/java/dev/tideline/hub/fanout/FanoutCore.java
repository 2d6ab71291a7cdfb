package dev.tideline.hub.fanout;

import dev.tideline.model.EdgeId;
import dev.tideline.wire.v1.CaughtUp;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.Decision;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.IncludedSequence;
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
 * and term. The ranges of a partition's batches are dense: each begins where the one before ended.
 * No thread, clock or stream; one lock of the session's guards it.
 */
public final class FanoutCore {

  /** A pass ends here; with the largest record on top a batch still fits one message of 4 MiB. */
  static final int PASS_BYTES_MAX = 512 * 1024;

  /** At two a second a minute of them; beyond, the newest replaces the one before it. */
  static final int HEARTBEATS_MAX = 128;

  /** Of a partition that must heal first: nothing of it is sent. */
  public static final long WITHHELD = 0;

  private final String edge;
  private final long[] next;
  private final long[] toldHeads;
  private final ChangeBatch.@Nullable Builder[] open;
  private final List<HubFrame> closed = new ArrayList<>();
  private final ArrayDeque<Heartbeat> heartbeats = new ArrayDeque<>();
  private int bytes;
  private long passed;

  /**
   * A core for one session.
   *
   * @param next per partition the first revision that the edge lacks, or {@link #WITHHELD}
   * @param from position in the change log of the first record that it will be fed
   */
  public FanoutCore(EdgeId edge, long[] next, long from) {
    this.edge = edge.text();
    this.next = next.clone();
    toldHeads = new long[next.length];
    open = new ChangeBatch.Builder[next.length];
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
      add(batch, record.getDecisions(i));
      if (own && record.getDecisions(i).getVerdict() != Verdict.APPLIED) {
        batch.addVerdicts(verdict(record, i));
      }
    }
    include(batch, record);
    batch.setToRevision(last).setHybridClock(hybridClock);
    next[partition] = last + 1;
  }

  private ChangeBatch.Builder batchFor(int partition, long term) {
    var batch = open[partition];
    if (batch != null && batch.getTerm() != term) {
      close(partition);
      batch = null;
    }
    if (batch == null) {
      batch =
          ChangeBatch.newBuilder()
              .setPartition(partition)
              .setTerm(term)
              .setFromRevision(next[partition]);
      open[partition] = batch;
    }
    return batch;
  }

  private void add(ChangeBatch.Builder batch, Decision decision) {
    for (var change : decision.getChangesList()) {
      batch.addChanges(change);
      bytes += change.size();
    }
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

  /** The last watermark of an incarnation within a batch is the one that counts. */
  private void include(ChangeBatch.Builder batch, PartitionRecord record) {
    for (var watermark : record.getWatermarksList()) {
      if (!watermark.getEdge().equals(edge)) {
        continue;
      }
      var included =
          IncludedSequence.newBuilder()
              .setIncarnation(watermark.getIncarnation())
              .setSequence(watermark.getSequence());
      int at = 0;
      while (at < batch.getIncludedCount()
          && batch.getIncluded(at).getIncarnation() != watermark.getIncarnation()) {
        at++;
      }
      if (at < batch.getIncludedCount()) {
        batch.setIncluded(at, included);
      } else {
        batch.addIncluded(included);
      }
    }
  }

  /** Whether enough is gathered to be sent before more is taken. */
  public boolean full() {
    return bytes >= PASS_BYTES_MAX;
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
      closed.add(HubFrame.newBuilder().setChangeBatch(batch).build());
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
