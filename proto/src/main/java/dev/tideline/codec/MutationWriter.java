package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.WireFormat;
import dev.tideline.model.Context;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Position;
import dev.tideline.model.Precondition;
import dev.tideline.model.XxHash64;
import dev.tideline.wire.v1.JournalRecord;
import dev.tideline.wire.v1.OperationKind;
import java.util.List;

/**
 * Writes mutations as the bytes of their messages, without the messages between: every write at an
 * edge is written so into its journal, whence the same bytes go to the hub.
 */
final class MutationWriter {

  /** What a mutation has beside its values: mostly less. */
  private static final int AROUND_BYTES = 320;

  private static final byte TIME_TAG =
      dev.tideline.wire.v1.Mutation.HYBRID_TIME_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_FIXED64;

  private static final int TIME_BYTES = 1 + Long.BYTES;

  private MutationWriter() {}

  static ByteString mutation(Mutation mutation) {
    var out = new BackwardsWriter(capacity(mutation.operations()));
    write(mutation, out);
    return out.toByteString();
  }

  static ByteString journalRecord(Mutation mutation) {
    var out = new BackwardsWriter(capacity(mutation.operations()));
    write(mutation, out);
    out.message(JournalRecord.MUTATION_FIELD_NUMBER, 0);
    return out.toByteString();
  }

  private static int capacity(List<Operation> operations) {
    int bytes = AROUND_BYTES;
    for (var operation : operations) {
      bytes += operation instanceof Operation.Put put ? put.value().size() : 0;
    }
    return bytes;
  }

  private static void write(Mutation mutation, BackwardsWriter out) {
    mutation
        .original()
        .ifPresent(
            original -> write(dev.tideline.wire.v1.Mutation.ORIGINAL_FIELD_NUMBER, original, out));
    out.bytes(dev.tideline.wire.v1.Mutation.TRACE_CONTEXT_FIELD_NUMBER, mutation.traceContext());
    out.number(
        dev.tideline.wire.v1.Mutation.CONTRACT_VERSION_FIELD_NUMBER, mutation.contractVersion());
    out.fixed64(
        dev.tideline.wire.v1.Mutation.IDEMPOTENCY_HASH_FIELD_NUMBER, mutation.idempotencyHash());
    out.text(dev.tideline.wire.v1.Mutation.IDEMPOTENCY_KEY_FIELD_NUMBER, mutation.idempotencyKey());
    out.text(dev.tideline.wire.v1.Mutation.ACTOR_FIELD_NUMBER, mutation.actor());
    int hash = out.fixed64(dev.tideline.wire.v1.Mutation.CONTENT_HASH_FIELD_NUMBER);
    int time = out.mark();
    out.fixed64(dev.tideline.wire.v1.Mutation.HYBRID_TIME_FIELD_NUMBER, mutation.time().bits());
    var timeSpan = new Span(out.mark(), time);
    write(mutation.context(), out);
    out.message(dev.tideline.wire.v1.Mutation.CONTEXT_FIELD_NUMBER, timeSpan.first());
    int operations = out.mark();
    write(mutation.operations(), true, out);
    var operationSpan = new Span(out.mark(), operations);
    out.text(dev.tideline.wire.v1.Mutation.ZONE_FIELD_NUMBER, mutation.zone());
    out.number(
        dev.tideline.wire.v1.Mutation.PREVIOUS_SEQUENCE_FIELD_NUMBER, mutation.previousSequence());
    int id = out.mark();
    write(mutation.id(), out);
    out.patch(hash, contentHash(out, new Span(out.mark(), id), timeSpan, operationSpan));
    out.message(dev.tideline.wire.v1.Mutation.ID_FIELD_NUMBER, id);
  }

  /** What was written between two marks; the first one is the later. */
  private record Span(int first, int last) {
    int length() {
      return first - last;
    }

    void copy(BackwardsWriter out, byte[] target, int offset) {
      out.copy(first, last, target, offset);
    }
  }

  /** 64 bits over id, hybrid time and operations: tells two mutations of one id apart. */
  private static long contentHash(BackwardsWriter out, Span id, Span time, Span operations) {
    var bytes = new byte[id.length() + TIME_BYTES + operations.length()];
    id.copy(out, bytes, 0);
    if (time.length() == 0) {
      // A time of 0 is not written, but it is hashed.
      bytes[id.length()] = TIME_TAG;
    } else {
      time.copy(out, bytes, id.length());
    }
    operations.copy(out, bytes, id.length() + TIME_BYTES);
    return XxHash64.hash(bytes);
  }

  static void write(int field, MutationId id, BackwardsWriter out) {
    int mark = out.mark();
    write(id, out);
    out.message(field, mark);
  }

  private static void write(MutationId id, BackwardsWriter out) {
    out.number(dev.tideline.wire.v1.MutationId.SEQUENCE_FIELD_NUMBER, id.sequence());
    out.fixed64(dev.tideline.wire.v1.MutationId.INCARNATION_FIELD_NUMBER, id.incarnation());
    out.text(dev.tideline.wire.v1.MutationId.EDGE_FIELD_NUMBER, id.edge().text());
  }

  private static void write(Context context, BackwardsWriter out) {
    for (int i = context.own().size() - 1; i >= 0; i--) {
      write(dev.tideline.wire.v1.Context.OWN_FIELD_NUMBER, context.own().get(i), out);
    }
    int seen = out.mark();
    write(context.seen(), out);
    out.message(dev.tideline.wire.v1.Context.SEEN_FIELD_NUMBER, seen);
  }

  private static void write(Position position, BackwardsWriter out) {
    out.number(dev.tideline.wire.v1.Position.REVISION_FIELD_NUMBER, position.revision());
    out.fixed64(dev.tideline.wire.v1.Position.TERM_FIELD_NUMBER, position.term());
  }

  /** 64 bits over operations and preconditions, without what differs between repetitions. */
  static long idempotencyHash(List<Operation> operations) {
    var out = new BackwardsWriter(capacity(operations));
    write(operations, false, out);
    return XxHash64.hash(out.toByteString().toByteArray());
  }

  private static void write(List<Operation> operations, boolean withSeen, BackwardsWriter out) {
    for (int i = operations.size() - 1; i >= 0; i--) {
      int mark = out.mark();
      write(operations.get(i), withSeen, out);
      out.message(dev.tideline.wire.v1.Mutation.OPERATIONS_FIELD_NUMBER, mark);
    }
  }

  private static void write(Operation operation, boolean withSeen, BackwardsWriter out) {
    out.number(
        dev.tideline.wire.v1.Operation.SEEN_REVISION_FIELD_NUMBER,
        withSeen ? operation.seenRevision() : 0);
    write(operation.precondition(), out);
    switch (operation) {
      case Operation.Put put -> {
        out.text(dev.tideline.wire.v1.Operation.CONTENT_TYPE_FIELD_NUMBER, put.contentType());
        out.bytesOfOneof(dev.tideline.wire.v1.Operation.VALUE_FIELD_NUMBER, put.value());
        kind(OperationKind.PUT, out);
      }
      case Operation.Delete delete -> kind(OperationKind.DELETE, out);
      case Operation.Add add -> {
        out.zigzag(dev.tideline.wire.v1.Operation.DELTA_FIELD_NUMBER, add.delta());
        kind(OperationKind.ADD, out);
      }
    }
    out.text(dev.tideline.wire.v1.Operation.KEY_FIELD_NUMBER, operation.target().key().text());
    out.text(dev.tideline.wire.v1.Operation.NAMESPACE_FIELD_NUMBER, operation.target().namespace());
  }

  private static void kind(OperationKind kind, BackwardsWriter out) {
    out.number(dev.tideline.wire.v1.Operation.KIND_FIELD_NUMBER, kind.getNumber());
  }

  private static void write(Precondition precondition, BackwardsWriter out) {
    int mark = out.mark();
    switch (precondition) {
      case Precondition.None none -> {
        return;
      }
      case Precondition.Match match ->
          out.bytesOfOneof(
              dev.tideline.wire.v1.Precondition.VERSION_TOKEN_FIELD_NUMBER, match.token());
      case Precondition.Absent absent ->
          out.bool(dev.tideline.wire.v1.Precondition.ABSENT_FIELD_NUMBER, true);
      case Precondition.Present present ->
          out.bool(dev.tideline.wire.v1.Precondition.PRESENT_FIELD_NUMBER, true);
    }
    out.message(dev.tideline.wire.v1.Operation.PRECONDITION_FIELD_NUMBER, mark);
  }
}
