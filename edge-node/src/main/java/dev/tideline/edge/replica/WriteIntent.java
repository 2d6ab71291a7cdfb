package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import dev.tideline.model.Operation;
import java.util.List;

/**
 * A write as it comes in.
 *
 * @param operations 1 to 64 of one zone, without the revisions seen, which the replica fills in
 * @param contractVersion newest of the contracts of their namespaces
 * @param idempotencyKey empty for none
 */
public record WriteIntent(
    List<Operation> operations,
    long contractVersion,
    String idempotencyKey,
    ByteString traceContext) {

  public WriteIntent {
    operations = List.copyOf(operations);
  }
}
