package dev.tideline.edge.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.tideline.codec.MutationCodec;
import dev.tideline.codec.TokenCodec;
import dev.tideline.codec.ValueCodec;
import dev.tideline.codec.Verdicts;
import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.Reading;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.uplink.Freshness;
import dev.tideline.model.Durability;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import dev.tideline.runtime.telemetry.TraceContext;
import dev.tideline.wire.v1.BatchGetAnswer;
import dev.tideline.wire.v1.DecidedVerdict;
import dev.tideline.wire.v1.GetAnswer;
import dev.tideline.wire.v1.KeyName;
import dev.tideline.wire.v1.NamespaceContract;
import dev.tideline.wire.v1.Problem;
import dev.tideline.wire.v1.ReceiptAnswer;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WriteAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The clients' messages as what the gateway takes and gives. */
final class DataCodec {

  /** A client that waits longer holds a call for nothing; it can ask for the receipt. */
  static final Duration TIMEOUT_MAX = Duration.ofMinutes(1);

  private DataCodec() {}

  static QualifiedKey key(KeyName name) {
    requireKnown(name);
    if (name.getNamespace().isEmpty()) {
      throw refused(ErrorCode.MALFORMED, "the key has no namespace", "namespace and key");
    }
    try {
      return new QualifiedKey(name.getNamespace(), Key.of(name.getKey()));
    } catch (InvalidInputException e) {
      throw refused(ErrorCode.KEY_INVALID, e.problem(), "keys are UTF-8, 1 to 512 bytes");
    }
  }

  static ReadDemand demand(dev.tideline.wire.v1.Freshness freshness) {
    requireKnown(freshness);
    if (!freshness.hasMaxStalenessMs() && freshness.getAtLeast().isEmpty()) {
      return ReadDemand.NONE;
    }
    return new ReadDemand(
        freshness.hasMaxStalenessMs()
            ? OptionalLong.of(Math.max(0, freshness.getMaxStalenessMs()))
            : OptionalLong.empty(),
        freshness.getAtLeast().isEmpty()
            ? Optional.empty()
            : Optional.of(token(freshness.getAtLeast())));
  }

  private static VersionToken token(ByteString bytes) {
    try {
      return TokenCodec.decode(bytes);
    } catch (InvalidInputException e) {
      throw refused(ErrorCode.TOKEN_INVALID, e.problem(), "send the version of a read or write");
    }
  }

  static GetAnswer answer(ReadResult.Read read) {
    var answer =
        GetAnswer.newBuilder()
            .setValue(value(read.reading()))
            .setAsOfRevision(read.reading().token().context().seen().revision())
            .setFromHub(read.fromHub());
    if (read.stalenessMs() != Freshness.NEVER_MS) {
      answer.setStalenessMs(read.stalenessMs());
    }
    return answer.build();
  }

  static BatchGetAnswer answer(List<ReadResult.Read> reads) {
    var first = reads.getFirst();
    var answer =
        BatchGetAnswer.newBuilder()
            .setAsOfRevision(first.reading().token().context().seen().revision())
            .setFromHub(first.fromHub());
    for (var read : reads) {
      answer.addValues(value(read.reading()));
    }
    if (first.stalenessMs() != Freshness.NEVER_MS) {
      answer.setStalenessMs(first.stalenessMs());
    }
    return answer.build();
  }

  private static Value value(Reading reading) {
    return ValueCodec.encode(reading.state(), reading.token(), reading.pendingLocal());
  }

  static WriteRequest write(dev.tideline.wire.v1.WriteRequest message) {
    requireKnown(message);
    var operations = new ArrayList<Operation>(message.getOperationsCount());
    for (var operation : message.getOperationsList()) {
      operations.add(operation(operation, operations.size()));
    }
    var timeout =
        message.hasTimeoutMs() ? timeout(message.getTimeoutMs()) : WriteRequest.HUB_TIMEOUT;
    return new WriteRequest(
        operations,
        message.getIdempotencyKey(),
        durability(message.getAck()),
        timeout,
        TraceContext.parse(message.getTraceparent()));
  }

  /** How long a call waits for the hub. */
  static Duration timeout(int ms) {
    if (ms < 0 || ms > TIMEOUT_MAX.toMillis()) {
      throw refused(
          ErrorCode.MALFORMED,
          "timeout_ms is %s".formatted(Integer.toUnsignedString(ms)),
          "at most %d".formatted(TIMEOUT_MAX.toMillis()));
    }
    return Duration.ofMillis(ms);
  }

  private static Operation operation(dev.tideline.wire.v1.Operation message, int index) {
    if (message.getSeenRevision() != 0) {
      throw refused(
          ErrorCode.MALFORMED,
          "operation %d: seen_revision is not for clients".formatted(index + 1),
          "a precondition with a version token");
    }
    try {
      return MutationCodec.decodeOperation(message);
    } catch (InvalidInputException e) {
      throw refused(
          ErrorCode.MALFORMED,
          "operation %d: %s".formatted(index + 1, e.problem()),
          "operations: PUT with value, DELETE, ADD with delta");
    }
  }

  private static Optional<Durability> durability(NamespaceContract.Durability ack) {
    return switch (ack) {
      case DURABILITY_UNSPECIFIED -> Optional.empty();
      case MEMORY -> Optional.of(Durability.MEMORY);
      case DISK -> Optional.of(Durability.DISK);
      case HUB -> Optional.of(Durability.HUB);
      case UNRECOGNIZED ->
          throw refused(ErrorCode.MALFORMED, "ack is not known here", "MEMORY, DISK, HUB");
    };
  }

  static WriteAnswer answer(WriteResult.Acknowledged acknowledged) {
    var answer =
        WriteAnswer.newBuilder()
            .setReceipt(acknowledged.receipt().toString())
            .setReached(durability(acknowledged.reached()))
            .setAsked(durability(acknowledged.asked()))
            .setVersion(TokenCodec.encode(acknowledged.token()));
    acknowledged.verdict().ifPresent(verdict -> answer.setDecided(decided(verdict)));
    return answer.build();
  }

  private static NamespaceContract.Durability durability(Durability level) {
    return switch (level) {
      case MEMORY -> NamespaceContract.Durability.MEMORY;
      case DISK -> NamespaceContract.Durability.DISK;
      case HUB -> NamespaceContract.Durability.HUB;
    };
  }

  private static DecidedVerdict decided(OwnVerdict verdict) {
    var decided =
        DecidedVerdict.newBuilder()
            .setVerdict(Verdicts.encode(verdict.verdict()))
            .setReason(Verdicts.encode(verdict.reason()))
            .setRevision(verdict.revision());
    verdict.first().ifPresent(first -> decided.setFirst(first.toString()));
    return decided.build();
  }

  /** Empty if the edge has no answer. */
  static Optional<ReceiptAnswer> answer(ReceiptState state) {
    var answer = ReceiptAnswer.newBuilder();
    return switch (state) {
      case ReceiptState.Pending pending ->
          Optional.of(answer.setState(ReceiptAnswer.State.PENDING).build());
      case ReceiptState.Lost lost -> Optional.of(answer.setState(ReceiptAnswer.State.LOST).build());
      case ReceiptState.Decided decided ->
          Optional.of(
              answer
                  .setState(ReceiptAnswer.State.DECIDED)
                  .setDecided(decided(decided.verdict()))
                  .build());
      case ReceiptState.Forgotten forgotten ->
          Optional.of(answer.setState(ReceiptAnswer.State.FORGOTTEN).build());
      case ReceiptState.NotHere notHere -> Optional.empty();
      case ReceiptState.Unknown unknown -> Optional.empty();
      case ReceiptState.Unreachable unreachable -> Optional.empty();
    };
  }

  static Problem problem(Refusal refusal) {
    return Problem.newBuilder()
        .setCode(refusal.code().code())
        .setDetail(refusal.detail())
        .setAllowed(refusal.allowed())
        .build();
  }

  /** A field that is not known may be a condition: it is refused, never passed over. */
  static void requireKnown(Message message) {
    if (!message.getUnknownFields().isEmpty()) {
      throw refused(
          ErrorCode.MALFORMED,
          "%s carries fields that are not known here"
              .formatted(message.getDescriptorForType().getName()),
          "fields: "
              + message.getDescriptorForType().getFields().stream()
                  .map(field -> field.getName())
                  .toList());
    }
  }

  static RefusedException refused(ErrorCode code, String detail, String allowed) {
    return new RefusedException(new Refusal(code, detail, allowed));
  }
}
