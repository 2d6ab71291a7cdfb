package dev.tideline.edge.api;

import com.google.protobuf.ByteString;
import dev.tideline.model.Durability;
import dev.tideline.model.Operation;
import java.time.Duration;
import java.util.Optional;

/**
 * A write as a client asks for it.
 *
 * @param idempotencyKey empty for none
 * @param ack what to wait for; empty for what the namespace's contract says
 * @param hubTimeout how long to wait for the hub where HUB is asked for
 * @param traceContext 26 bytes, or empty
 */
public record WriteRequest(
    Operation operation,
    String idempotencyKey,
    Optional<Durability> ack,
    Duration hubTimeout,
    ByteString traceContext) {

  /** How long a write waits for the hub unless it says otherwise. */
  public static final Duration HUB_TIMEOUT = Duration.ofSeconds(5);

  /** A write with what the namespace's contract says. */
  public static WriteRequest of(Operation operation) {
    return new WriteRequest(operation, "", Optional.empty(), HUB_TIMEOUT, ByteString.EMPTY);
  }

  /** The same with an idempotency key. */
  public WriteRequest withKey(String key) {
    return new WriteRequest(operation, key, ack, hubTimeout, traceContext);
  }

  /** The same, made in another span. */
  public WriteRequest withTraceContext(ByteString context) {
    return new WriteRequest(operation, idempotencyKey, ack, hubTimeout, context);
  }

  /** The same with another acknowledgement. */
  public WriteRequest withAck(Durability level) {
    return new WriteRequest(
        operation, idempotencyKey, Optional.of(level), hubTimeout, traceContext);
  }
}
