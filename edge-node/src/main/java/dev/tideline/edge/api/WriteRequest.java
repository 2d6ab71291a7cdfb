package dev.tideline.edge.api;

import com.google.protobuf.ByteString;
import dev.tideline.model.Durability;
import dev.tideline.model.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A write as a client asks for it.
 *
 * @param operations 1 to 64 on keys of one zone, done together or not at all; of several on one key
 *     each later one saw the earlier
 * @param idempotencyKey empty for none
 * @param ack what to wait for; empty for the highest that the namespaces' contracts say
 * @param hubTimeout how long to wait, the sync included, for the hub where HUB is asked for
 * @param traceContext 26 bytes, or empty
 */
public record WriteRequest(
    List<Operation> operations,
    String idempotencyKey,
    Optional<Durability> ack,
    Duration hubTimeout,
    ByteString traceContext) {

  /** How long a write waits for the hub unless it says otherwise. */
  public static final Duration HUB_TIMEOUT = Duration.ofSeconds(5);

  public WriteRequest {
    operations = List.copyOf(operations);
  }

  /** A write of one operation, with what the namespace's contract says. */
  public static WriteRequest of(Operation operation) {
    return of(List.of(operation));
  }

  /** An atomic write of several operations, with what the namespaces' contracts say. */
  public static WriteRequest of(List<Operation> operations) {
    return new WriteRequest(operations, "", Optional.empty(), HUB_TIMEOUT, ByteString.EMPTY);
  }

  /** The same with another limit on the wait for the hub. */
  public WriteRequest withHubTimeout(Duration limit) {
    return new WriteRequest(operations, idempotencyKey, ack, limit, traceContext);
  }

  /** The same with an idempotency key. */
  public WriteRequest withKey(String key) {
    return new WriteRequest(operations, key, ack, hubTimeout, traceContext);
  }

  /** The same, made in another span. */
  public WriteRequest withTraceContext(ByteString context) {
    return new WriteRequest(operations, idempotencyKey, ack, hubTimeout, context);
  }

  /** The same with another acknowledgement. */
  public WriteRequest withAck(Durability level) {
    return new WriteRequest(
        operations, idempotencyKey, Optional.of(level), hubTimeout, traceContext);
  }
}
