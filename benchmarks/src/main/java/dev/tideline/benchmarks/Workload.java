package dev.tideline.benchmarks;

import com.google.protobuf.ByteString;
import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.model.Durability;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The keys and values of every suite: values of 128 bytes, a hundred keys in a zone. */
final class Workload {

  static final int VALUE_BYTES = 128;
  static final String NAMESPACE = "positions";
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final int KEYS_PER_ZONE = 100;

  /** Undecided mutations beyond which a load waits: enough to keep every batch full. */
  private static final int BACKLOG_MAX = 20_000;

  private static final int WRITES_BETWEEN_LOOKS = 1_000;

  private Workload() {}

  static String keyText(long number) {
    return "zone-" + number / KEYS_PER_ZONE + "/" + number;
  }

  static QualifiedKey key(long number) {
    return new QualifiedKey(NAMESPACE, Key.of(keyText(number)));
  }

  /** A value that names itself and a moment. */
  static ByteString value(long number, long stampNs) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(VALUE_BYTES).putLong(number).putLong(stampNs).rewind());
  }

  /** Writes at an embedded edge, acknowledged as MEMORY. */
  static void write(EdgeNode edge, QualifiedKey key, ByteString value) {
    var put = new Operation.Put(key, value, "application/octet-stream", Precondition.NONE, 0);
    var result = edge.write(WriteRequest.of(put).withAck(Durability.MEMORY));
    if (!(result instanceof WriteResult.Acknowledged)) {
      throw new IllegalStateException("a write was not acknowledged: " + result);
    }
  }

  /** Writes the keys from one number to another, never far ahead of the hub. */
  static void fill(EdgeNode edge, long from, long beyond, int keys) {
    for (long i = from; i < beyond; i++) {
      if (i % WRITES_BETWEEN_LOOKS == 0) {
        await(() -> edge.status().backlog().count() <= BACKLOG_MAX);
      }
      write(edge, key(i % keys), value(i, 0));
    }
  }

  /** Waits for a condition, looking often and taking little of the processor. */
  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("not reached within " + PATIENCE);
      }
      LockSupport.parkNanos(100_000);
    }
  }
}
