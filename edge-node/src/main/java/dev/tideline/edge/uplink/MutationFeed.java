package dev.tideline.edge.uplink;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.tideline.edge.journal.JournalReader;
import dev.tideline.model.SizeLimits;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.MutationList;
import dev.tideline.wire.v1.SentMutation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Makes batches of what the journal holds from a position on, and counts what is in flight. One
 * session's; the sending side belongs to the session's drain loop, acknowledgements come from the
 * stream.
 */
final class MutationFeed implements AutoCloseable {

  /**
   * Batches on their way at once that need not be full. While the hub syncs one it decides the
   * next; more would only make them smaller, and each costs the hub a record and a share of a sync.
   * So the stream is alone with a mutation when idle and gathers by itself when busy.
   */
  static final int BATCHES_MAX = 2;

  /** With full ones: enough that neither end waits for the other between two syncs. */
  static final int FULL_BATCHES_MAX = 8;

  /** Tag and length in front of a mutation. */
  private static final int FRAMING_BYTES = 16;

  private final JournalReader reader;
  private final long inFlightBytesMax;
  private final Deque<InFlight> unacknowledged = new ArrayDeque<>();
  private final ByteArrayOutputStream payload = new ByteArrayOutputStream(16 * 1024);
  private boolean ahead;
  private long inFlightBytes;
  private boolean closed;

  private record InFlight(long incarnation, long lastSequence, int bytes) {}

  MutationFeed(JournalReader reader, long inFlightBytesMax) {
    this.reader = reader;
    this.inFlightBytesMax = inFlightBytesMax;
  }

  /** The next batch; empty if there is nothing to send, or too much in flight. */
  synchronized Optional<MutationBatch> next(long wallMs) {
    if (closed || full() || !fill()) {
      return Optional.empty();
    }
    long incarnation = reader.incarnation();
    long first = reader.sequence();
    payload.reset();
    int count = 0;
    while (fill() && count < SizeLimits.BATCH_MUTATIONS_MAX) {
      boolean fits =
          count == 0 || payload.size() + reader.bytes().size() <= SizeLimits.BATCH_BYTES_MAX;
      if (!fits || reader.incarnation() != incarnation) {
        break;
      }
      add(Math.max(0, wallMs - reader.madeMs()));
      count++;
      ahead = false;
    }
    return Optional.of(batch(incarnation, first, count));
  }

  /** The same as a frame. */
  Optional<EdgeFrame> frame(long wallMs) {
    return next(wallMs).map(batch -> EdgeFrame.newBuilder().setMutationBatch(batch).build());
  }

  /** Writes a {@code SentMutation} of a {@code MutationList} around the journal's own bytes. */
  private void add(long ageMs) {
    var mutation = reader.bytes();
    int size =
        CodedOutputStream.computeBytesSize(SentMutation.MUTATION_FIELD_NUMBER, mutation)
            + CodedOutputStream.computeUInt64Size(SentMutation.AGE_MS_FIELD_NUMBER, ageMs);
    var out = CodedOutputStream.newInstance(payload, size + FRAMING_BYTES);
    try {
      out.writeTag(MutationList.MUTATIONS_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(size);
      out.writeBytes(SentMutation.MUTATION_FIELD_NUMBER, mutation);
      out.writeUInt64(SentMutation.AGE_MS_FIELD_NUMBER, ageMs);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a stream in memory does not fail", e);
    }
  }

  private MutationBatch batch(long incarnation, long first, int count) {
    var bytes = payload.toByteArray();
    var crc = new CRC32C();
    crc.update(bytes);
    synchronized (unacknowledged) {
      unacknowledged.addLast(new InFlight(incarnation, first + count - 1, bytes.length));
      inFlightBytes += bytes.length;
    }
    return MutationBatch.newBuilder()
        .setIncarnation(incarnation)
        .setFirstSequence(first)
        .setCount(count)
        .setPayload(UnsafeByteOperations.unsafeWrap(bytes))
        .setPayloadBytes(bytes.length)
        .setCrc32C((int) crc.getValue())
        .build();
  }

  /** Whether the reader stands on a mutation that is not sent yet. */
  private boolean fill() {
    ahead = ahead || reader.next();
    return ahead;
  }

  private boolean full() {
    synchronized (unacknowledged) {
      int most = isFullBatchWaiting() ? FULL_BATCHES_MAX : BATCHES_MAX;
      return inFlightBytes >= inFlightBytesMax || unacknowledged.size() >= most;
    }
  }

  private boolean isFullBatchWaiting() {
    return reader.behind() >= SizeLimits.BATCH_MUTATIONS_MAX;
  }

  /** Whether all that the journal holds is durable at the hub. */
  synchronized boolean isDone() {
    synchronized (unacknowledged) {
      return !closed && unacknowledged.isEmpty() && !fill();
    }
  }

  /** Everything sent up to this is durable at the hub. */
  void acknowledged(long incarnation, long sequence) {
    synchronized (unacknowledged) {
      while (!unacknowledged.isEmpty() && covers(incarnation, sequence)) {
        inFlightBytes -= unacknowledged.removeFirst().bytes();
      }
    }
  }

  /** Batches are in order of incarnation, then sequence; an acknowledgement covers all before. */
  private boolean covers(long incarnation, long sequence) {
    var oldest = unacknowledged.getFirst();
    int order = Long.compareUnsigned(oldest.incarnation(), incarnation);
    return order < 0 || (order == 0 && oldest.lastSequence() <= sequence);
  }

  @Override
  public synchronized void close() {
    closed = true;
    reader.close();
  }
}
