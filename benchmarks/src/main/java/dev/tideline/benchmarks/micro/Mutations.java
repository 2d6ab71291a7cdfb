package dev.tideline.benchmarks.micro;

import com.google.protobuf.ByteString;
import dev.tideline.model.Context;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import java.util.List;

/** Writes as an edge would make them: values of 128 bytes, additions, over many keys. */
final class Mutations {

  static final int KEYS = 100_000;
  static final EdgeId EDGE = new EdgeId("bench");
  static final long INCARNATION = 1;
  static final String REGISTERS = "positions";
  static final String COUNTERS = "inventory";

  private static final ByteString VALUE = ByteString.copyFrom(new byte[128]);
  private static final int KEYS_PER_ZONE = 100;

  private Mutations() {}

  static QualifiedKey key(String namespace, long number) {
    long index = number % KEYS;
    return new QualifiedKey(namespace, Key.of("zone-" + index / KEYS_PER_ZONE + "/" + index));
  }

  static Operation put(long number) {
    return new Operation.Put(
        key(REGISTERS, number), VALUE, "application/octet-stream", Precondition.NONE, 0);
  }

  static Operation add(long number) {
    return new Operation.Add(key(COUNTERS, number), 5, Precondition.NONE, 0);
  }

  static MutationId id(long sequence) {
    return new MutationId(EDGE, INCARNATION, sequence);
  }

  /** The mutation with that sequence, the one before being its predecessor in the partition. */
  static Mutation of(long sequence, Operation operation) {
    var time = HybridTime.ofMillis(1_000 + sequence);
    var operations = List.of(operation);
    var id = id(sequence);
    return new Mutation(
        id,
        sequence - 1,
        operation.target().key().zone(),
        operations,
        Context.NOTHING.with(id(Math.max(0, sequence - 1))),
        time,
        "",
        "",
        0,
        1,
        ByteString.EMPTY);
  }
}
