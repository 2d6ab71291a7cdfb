package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.Mutation;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Mutations as Protobuf messages, and the hashes that are taken over those bytes. */
public final class MutationCodec {

  private MutationCodec() {}

  /** The message of a mutation. */
  public static dev.tideline.wire.v1.Mutation encode(Mutation mutation) {
    try {
      return dev.tideline.wire.v1.Mutation.parseFrom(MutationWriter.mutation(mutation));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what was just written cannot be read", e);
    }
  }

  /** The bytes of a journal's record of a mutation. */
  public static ByteString journalRecord(Mutation mutation) {
    return MutationWriter.journalRecord(mutation);
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

  /** 64 bits over operations and preconditions, without what differs between repetitions. */
  public static long idempotencyHash(List<Operation> operations) {
    return MutationWriter.idempotencyHash(operations);
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
