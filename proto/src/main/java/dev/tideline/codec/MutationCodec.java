package dev.tideline.codec;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.Mutation;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.XxHash64;
import dev.tideline.wire.v1.OperationKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Mutations as Protobuf messages, and the hashes that are taken over those bytes. */
public final class MutationCodec {

  private static final int TIME = dev.tideline.wire.v1.Mutation.HYBRID_TIME_FIELD_NUMBER;
  private static final int OPERATIONS = dev.tideline.wire.v1.Mutation.OPERATIONS_FIELD_NUMBER;

  private MutationCodec() {}

  public static dev.tideline.wire.v1.Mutation encode(Mutation mutation) {
    var builder =
        dev.tideline.wire.v1.Mutation.newBuilder()
            .setId(Ids.encode(mutation.id()))
            .setPreviousSequence(mutation.previousSequence())
            .setZone(mutation.zone())
            .setContext(Ids.encode(mutation.context()))
            .setHybridTime(mutation.time().bits())
            .setActor(mutation.actor())
            .setIdempotencyKey(mutation.idempotencyKey())
            .setIdempotencyHash(mutation.idempotencyHash())
            .setContractVersion(mutation.contractVersion())
            .setTraceContext(mutation.traceContext());
    for (var operation : mutation.operations()) {
      builder.addOperations(encode(operation));
    }
    mutation.original().ifPresent(original -> builder.setOriginal(Ids.encode(original)));
    return builder.setContentHash(contentHash(builder)).build();
  }

  /**
   * Reads a mutation.
   *
   * @throws InvalidInputException if it breaks a rule of the model, or carries fields or kinds that
   *     this version does not know: they are never ignored
   */
  public static Mutation decode(dev.tideline.wire.v1.Mutation message) {
    requireKnown(message);
    var operations = new ArrayList<Operation>(message.getOperationsCount());
    for (var operation : message.getOperationsList()) {
      operations.add(decode(operation));
    }
    return new Mutation(
        Ids.decode(message.getId()),
        message.getPreviousSequence(),
        message.getZone(),
        operations,
        Ids.decode(message.getContext()),
        new HybridTime(message.getHybridTime()),
        message.getActor(),
        message.getIdempotencyKey(),
        message.getIdempotencyHash(),
        message.getContractVersion(),
        message.getTraceContext(),
        message.hasOriginal() ? Optional.of(Ids.decode(message.getOriginal())) : Optional.empty());
  }

  /** 64 bits over id, hybrid time and operations: tells two mutations of one id apart. */
  private static long contentHash(dev.tideline.wire.v1.MutationOrBuilder mutation) {
    var id = mutation.getId();
    int size = id.getSerializedSize() + CodedOutputStream.computeFixed64Size(TIME, 0);
    for (var operation : mutation.getOperationsList()) {
      size += CodedOutputStream.computeMessageSize(OPERATIONS, operation);
    }
    var bytes = new byte[size];
    var out = CodedOutputStream.newInstance(bytes);
    try {
      id.writeTo(out);
      out.writeFixed64(TIME, mutation.getHybridTime());
      for (var operation : mutation.getOperationsList()) {
        out.writeMessage(OPERATIONS, operation);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the right size cannot be too small", e);
    }
    return XxHash64.hash(bytes);
  }

  /** 64 bits over operations and preconditions, without what differs between repetitions. */
  public static long idempotencyHash(List<Operation> operations) {
    var builder = dev.tideline.wire.v1.Mutation.newBuilder();
    for (var operation : operations) {
      builder.addOperations(encode(operation).toBuilder().clearSeenRevision());
    }
    return XxHash64.hash(builder.build().toByteArray());
  }

  private static dev.tideline.wire.v1.Operation encode(Operation operation) {
    var builder =
        dev.tideline.wire.v1.Operation.newBuilder()
            .setNamespace(operation.target().namespace())
            .setKey(operation.target().key().text())
            .setSeenRevision(operation.seenRevision());
    switch (operation) {
      case Operation.Put put ->
          builder
              .setKind(OperationKind.PUT)
              .setValue(put.value())
              .setContentType(put.contentType());
      case Operation.Delete delete -> builder.setKind(OperationKind.DELETE);
      case Operation.Add add -> builder.setKind(OperationKind.ADD).setDelta(add.delta());
    }
    var precondition = dev.tideline.wire.v1.Precondition.newBuilder();
    switch (operation.precondition()) {
      case Precondition.None none -> {
        return builder.build();
      }
      case Precondition.Match match -> precondition.setVersionToken(match.token());
      case Precondition.Absent absent -> precondition.setAbsent(true);
      case Precondition.Present present -> precondition.setPresent(true);
    }
    return builder.setPrecondition(precondition).build();
  }

  /**
   * Reads an operation on its own, as clients send it.
   *
   * @throws InvalidInputException as for a mutation
   */
  public static Operation decodeOperation(dev.tideline.wire.v1.Operation message) {
    if (!known(message) || !known(message.getPrecondition())) {
      throw new InvalidInputException("the operation carries fields that are not known here");
    }
    return decode(message);
  }

  private static Operation decode(dev.tideline.wire.v1.Operation message) {
    if (message.getNamespace().isEmpty()) {
      throw new InvalidInputException("an operation names no namespace");
    }
    var target = new QualifiedKey(message.getNamespace(), Key.of(message.getKey()));
    var precondition = decode(message.getPrecondition());
    long seen = message.getSeenRevision();
    return switch (message.getKind()) {
      case PUT ->
          new Operation.Put(
              target, message.getValue(), message.getContentType(), precondition, seen);
      case DELETE -> new Operation.Delete(target, precondition, seen);
      case ADD -> new Operation.Add(target, message.getDelta(), precondition, seen);
      default ->
          throw new InvalidInputException(
              "operation kind %d is not known here".formatted(message.getKindValue()));
    };
  }

  private static Precondition decode(dev.tideline.wire.v1.Precondition message) {
    return switch (message.getConditionCase()) {
      case VERSION_TOKEN -> new Precondition.Match(message.getVersionToken());
      case ABSENT -> new Precondition.Absent();
      case PRESENT -> new Precondition.Present();
      case CONDITION_NOT_SET -> Precondition.NONE;
    };
  }

  private static void requireKnown(dev.tideline.wire.v1.Mutation message) {
    boolean known =
        known(message)
            && known(message.getId())
            && known(message.getContext())
            && known(message.getContext().getSeen())
            && known(message.getOriginal());
    for (var operation : message.getOperationsList()) {
      known &= known(operation) && known(operation.getPrecondition());
    }
    if (!known) {
      throw new UnknownFieldsException("the mutation carries fields that are not known here");
    }
  }

  private static boolean known(Message message) {
    return message.getUnknownFields().isEmpty();
  }
}
