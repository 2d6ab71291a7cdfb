package dev.tideline.edge.uplink;

import com.google.protobuf.UnsafeByteOperations;
import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.journal.JournalReader;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.UplinkCore.Answer;
import dev.tideline.edge.uplink.UplinkCore.WatermarkKey;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.SizeLimits;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HealBatch;
import dev.tideline.wire.v1.Healed;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.MutationList;
import dev.tideline.wire.v1.SentMutation;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32C;

/**
 * Reads for a hub that was set back everything that the journal retains of the partitions that it
 * asks for, above its watermarks: what was decided, with its verdict, and what was not. One
 * partition comes after the other, each in the order of the journal: the hub puts what all edges
 * bring of a partition into one order, and with partitions mixed it would have to keep what it
 * cannot place yet, without bound. What is written after the session began comes when the hub is
 * healed. Safe for threads.
 */
final class HealFeed implements AutoCloseable {

  /** As many the hub keeps of each edge. */
  static final int BATCHES_MAX = 2;

  /** A mutation's former verdict and position, and the framing of all. */
  private static final int AROUND_BYTES = 64;

  private final ReplicaDriver replica;
  private final Layout layout;
  private final Answer.Heal heal;
  private final Map<Long, Long> retained;
  private final Map<MutationId, Long> places;
  private final HealIndex index;
  private boolean begun;
  private boolean last;
  private boolean closed;
  private int underway;

  HealFeed(Journal journal, ReplicaDriver replica, Answer.Heal heal) {
    this.replica = replica;
    this.heal = heal;
    layout = replica.layout().orElseThrow();
    retained = replica.progress().retained();
    places = replica.ownPlaces();
    index = new HealIndex(journal, this::wanted, HealIndex.ENTRIES_MAX);
  }

  /** The next batch; empty if there is nothing to send, or too much on its way. */
  synchronized Optional<EdgeFrame> next(long wallMs) {
    if (closed || last || underway == BATCHES_MAX) {
      return Optional.empty();
    }
    if (!begun) {
      begun = true;
      underway++;
      var first = HealBatch.newBuilder().addAllPlaces(replica.places());
      return Optional.of(EdgeFrame.newBuilder().setHealBatch(first).build());
    }
    return Optional.of(mutations(wallMs));
  }

  private EdgeFrame mutations(long wallMs) {
    var mutations = MutationList.newBuilder();
    long incarnation = 0;
    long first = 0;
    int bytes = 0;
    while (index.hasNext() && mutations.getMutationsCount() < SizeLimits.BATCH_MUTATIONS_MAX) {
      var reader = index.peek();
      int size = reader.bytes().size() + AROUND_BYTES;
      boolean fits = bytes == 0 || bytes + size <= SizeLimits.BATCH_BYTES_MAX;
      if (!fits || (incarnation != 0 && incarnation != reader.incarnation())) {
        break;
      }
      incarnation = reader.incarnation();
      first = first == 0 ? reader.sequence() : first;
      bytes += size;
      mutations.addMutations(sent(reader, wallMs));
      index.take();
    }
    last = !index.hasNext();
    underway++;
    var batch = HealBatch.newBuilder().setLast(last);
    if (mutations.getMutationsCount() > 0) {
      batch.setBatch(batch(incarnation, first, mutations.build()));
    }
    return EdgeFrame.newBuilder().setHealBatch(batch).build();
  }

  private SentMutation sent(JournalReader reader, long wallMs) {
    var mutation = reader.mutation();
    var sent =
        SentMutation.newBuilder()
            .setMutation(mutation)
            .setAgeMs(Math.max(0, wallMs - reader.madeMs()));
    var id = new MutationId(replica.edge(), reader.incarnation(), reader.sequence());
    replica.former(mutation, places.getOrDefault(id, 0L)).ifPresent(sent::setFormer);
    return sent.build();
  }

  private static MutationBatch batch(long incarnation, long first, MutationList mutations) {
    var payload = mutations.toByteArray();
    var crc = new CRC32C();
    crc.update(payload);
    return MutationBatch.newBuilder()
        .setIncarnation(incarnation)
        .setFirstSequence(first)
        .setCount(mutations.getMutationsCount())
        .setPayload(UnsafeByteOperations.unsafeWrap(payload))
        .setPayloadBytes(payload.length)
        .setCrc32C((int) crc.getValue())
        .build();
  }

  /** The partition of a mutation that is to be brought; empty of any other. */
  private OptionalInt wanted(JournalReader reader) {
    if (reader.sequence() > retained.getOrDefault(reader.incarnation(), 0L)) {
      return OptionalInt.empty();
    }
    int partition = layout.partitionOf(reader.mutation().getZone());
    var key = new WatermarkKey(reader.incarnation(), partition);
    var id = new MutationId(replica.edge(), reader.incarnation(), reader.sequence());
    boolean above = reader.sequence() > heal.watermarks().getOrDefault(key, 0L);
    return above
            && heal.partitions().contains(partition)
            && !replica.forks().isDoubtful(id, partition)
        ? OptionalInt.of(partition)
        : OptionalInt.empty();
  }

  /** What a healed hub says, for the operator. */
  static String text(Healed healed) {
    return "the hub is healed: %d mutations were decided again, %d decisions are missing"
        .formatted(healed.getDecidedAgain(), healed.getMissing());
  }

  /** A batch was decided. */
  synchronized void taken() {
    underway--;
  }

  @Override
  public synchronized void close() {
    closed = true;
    index.close();
  }
}
