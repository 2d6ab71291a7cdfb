package dev.tideline.edge.uplink;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tideline.edge.journal.JournalReader;
import dev.tideline.model.HybridTime;
import dev.tideline.model.SizeLimits;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.MutationList;
import dev.tideline.wire.v1.SentMutation;
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

  private final JournalReader reader;
  private final long inFlightBytesMax;
  private final Deque<InFlight> unacknowledged = new ArrayDeque<>();
  private Optional<Mutation> lookahead = Optional.empty();
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
    var first = lookahead.orElseThrow().getId();
    var list = MutationList.newBuilder();
    int bytes = 0;
    long last = first.getSequence();
    while (fill() && list.getMutationsCount() < SizeLimits.BATCH_MUTATIONS_MAX) {
      var mutation = lookahead.orElseThrow();
      int size = mutation.getSerializedSize();
      boolean fits = bytes + size <= SizeLimits.BATCH_BYTES_MAX || bytes == 0;
      if (!fits || mutation.getId().getIncarnation() != first.getIncarnation()) {
        break;
      }
      list.addMutations(sent(mutation, wallMs));
      bytes += size;
      last = mutation.getId().getSequence();
      lookahead = Optional.empty();
    }
    return Optional.of(batch(first.getIncarnation(), first.getSequence(), last, list.build()));
  }

  private static SentMutation sent(Mutation mutation, long wallMs) {
    long madeMs = new HybridTime(mutation.getHybridTime()).millis();
    return SentMutation.newBuilder()
        .setMutation(mutation)
        .setAgeMs(Math.max(0, wallMs - madeMs))
        .build();
  }

  private MutationBatch batch(long incarnation, long first, long last, MutationList list) {
    var payload = list.toByteArray();
    var crc = new CRC32C();
    crc.update(payload);
    synchronized (unacknowledged) {
      unacknowledged.addLast(new InFlight(incarnation, last, payload.length));
      inFlightBytes += payload.length;
    }
    ByteString bytes = UnsafeByteOperations.unsafeWrap(payload);
    return MutationBatch.newBuilder()
        .setIncarnation(incarnation)
        .setFirstSequence(first)
        .setCount(list.getMutationsCount())
        .setPayload(bytes)
        .setPayloadBytes(payload.length)
        .setCrc32C((int) crc.getValue())
        .build();
  }

  private boolean fill() {
    if (lookahead.isEmpty() && reader.next()) {
      lookahead = Optional.of(reader.mutation());
    }
    return lookahead.isPresent();
  }

  private boolean full() {
    synchronized (unacknowledged) {
      return inFlightBytes >= inFlightBytesMax;
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
