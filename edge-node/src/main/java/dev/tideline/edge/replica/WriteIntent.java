package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import dev.tideline.model.NamespaceContract;
import dev.tideline.model.Operation;

/**
 * A write as it comes in.
 *
 * @param operation without the revision seen, which the replica fills in
 * @param contract of the operation's namespace
 * @param idempotencyKey empty for none
 */
public record WriteIntent(
    Operation operation,
    NamespaceContract contract,
    String idempotencyKey,
    ByteString traceContext) {}
