package dev.tideline.hub.testing;

import com.google.protobuf.ByteString;
import dev.tideline.codec.MutationCodec;
import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Position;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.EdgeHeartbeat;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.Interest;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.MutationList;
import dev.tideline.wire.v1.RetainedIncarnation;
import dev.tideline.wire.v1.SentMutation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Makes the mutations and frames of one incarnation of an edge, as an edge would. */
public final class ScriptedEdge {

  private final EdgeId edge;
  private final long incarnation;
  private final Layout layout;
  private final Map<Integer, Long> previous = new HashMap<>();
  private long sequence;
  private long wallMs = 1_000;
  private Context context = Context.NOTHING;

  public ScriptedEdge(String edge, long incarnation, int partitions) {
    this.edge = new EdgeId(edge);
    this.incarnation = incarnation;
    layout = new Layout(partitions);
  }

  /** Further mutations have seen a partition up to here. */
  public ScriptedEdge saw(long revision) {
    context = new Context(new Position(1, revision), List.of());
    return this;
  }

  /** Further mutations have seen what this says. */
  public ScriptedEdge saw(Context seen) {
    context = seen;
    return this;
  }

  /** Further mutations are made at this time. */
  public ScriptedEdge at(long millis) {
    wallMs = millis;
    return this;
  }

  /** The id of a mutation made here. */
  public MutationId id(long ofSequence) {
    return new MutationId(edge, incarnation, ofSequence);
  }

  /** The partition that a key lies in. */
  public int partitionOf(String key) {
    return layout.partitionOf(Key.of(key).zone());
  }

  public static Operation put(String namespace, String key, String value) {
    return new Operation.Put(
        target(namespace, key), ByteString.copyFromUtf8(value), "text/plain", Precondition.NONE, 0);
  }

  public static Operation delete(String namespace, String key) {
    return new Operation.Delete(target(namespace, key), Precondition.NONE, 0);
  }

  public static Operation add(String key, long delta) {
    return new Operation.Add(target("inventory", key), delta, Precondition.NONE, 0);
  }

  public static QualifiedKey target(String namespace, String key) {
    return new QualifiedKey(namespace, Key.of(key));
  }

  /** The next mutation. */
  public Mutation write(Operation... operations) {
    return keyed("", operations);
  }

  /** The next mutation, with an idempotency key. */
  public Mutation keyed(String idempotencyKey, Operation... operations) {
    var zone = operations[0].target().key().zone();
    int partition = layout.partitionOf(zone);
    var id = id(++sequence);
    var time = HybridTime.ofMillis(wallMs);
    var all = List.of(operations);
    var before = previous.put(partition, sequence);
    return MutationCodec.encode(
        new dev.tideline.model.Mutation(
            id,
            before == null ? 0 : before,
            zone,
            all,
            context,
            time,
            "",
            idempotencyKey,
            idempotencyKey.isEmpty() ? 0 : MutationCodec.idempotencyHash(all),
            1,
            ByteString.EMPTY));
  }

  /** Hello of an edge that has applied nothing yet. */
  public Hello.Builder hello() {
    return Hello.newBuilder()
        .setProtocolMin(1)
        .setProtocolMax(1)
        .setEdge(edge.text())
        .setIncarnation(incarnation)
        .addReady(Interest.newBuilder().setEverything(true))
        .addRetained(
            RetainedIncarnation.newBuilder()
                .setIncarnation(incarnation)
                .setFirstSequence(1)
                .setLastSequence(sequence));
  }

  public static EdgeFrame frame(Hello.Builder hello) {
    return EdgeFrame.newBuilder().setHello(hello).build();
  }

  public static EdgeFrame heartbeat(long number) {
    return EdgeFrame.newBuilder()
        .setHeartbeat(EdgeHeartbeat.newBuilder().setNumber(number))
        .build();
  }

  public static EdgeFrame batch(Mutation... mutations) {
    return EdgeFrame.newBuilder().setMutationBatch(batchOf(mutations)).build();
  }

  public static MutationBatch.Builder batchOf(Mutation... mutations) {
    var sent = new ArrayList<SentMutation>();
    for (var mutation : mutations) {
      sent.add(SentMutation.newBuilder().setMutation(mutation).build());
    }
    var payload = MutationList.newBuilder().addAllMutations(sent).build().toByteString();
    var crc = new CRC32C();
    crc.update(payload.asReadOnlyByteBuffer());
    return MutationBatch.newBuilder()
        .setIncarnation(mutations[0].getId().getIncarnation())
        .setFirstSequence(mutations[0].getId().getSequence())
        .setCount(mutations.length)
        .setPayload(payload)
        .setPayloadBytes(payload.size())
        .setCrc32C((int) crc.getValue());
  }
}
