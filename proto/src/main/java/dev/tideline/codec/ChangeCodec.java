package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.WireFormat;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.CounterState;
import dev.tideline.wire.v1.RegisterState;
import java.io.IOException;
import java.util.ArrayList;

/** Changes, states, versions and data types as Protobuf messages. */
public final class ChangeCodec {

  private ChangeCodec() {}

  public static dev.tideline.wire.v1.Change encode(Change change) {
    return encode(change, ByteString.EMPTY);
  }

  /**
   * The same, naming the span in which the version was written that the change brings.
   *
   * @param traceContext empty for none
   */
  public static dev.tideline.wire.v1.Change encode(Change change, ByteString traceContext) {
    return dev.tideline.wire.v1.Change.newBuilder()
        .setNamespace(change.target().namespace())
        .setKey(change.target().key().text())
        .setType(encode(change.type()))
        .setRevision(change.revision())
        .setPreviousRevision(change.previousRevision())
        .setFull(encode(change.state(), traceContext))
        .setTombstone(change.state().dead())
        .build();
  }

  /**
   * Reads a change.
   *
   * @throws InvalidInputException if it is of a kind that is not known here
   */
  public static Change decode(dev.tideline.wire.v1.Change message) {
    if (!message.hasFull()) {
      throw new InvalidInputException("a change without the full state is not known here");
    }
    return new Change(
        new QualifiedKey(message.getNamespace(), Key.of(message.getKey())),
        decode(message.getType()),
        message.getRevision(),
        message.getPreviousRevision(),
        decode(message.getFull()));
  }

  /**
   * The key that a change is of, without reading the rest: namespace and key are its first fields.
   *
   * @throws InvalidInputException if the bytes are no change
   */
  public static QualifiedKey target(ByteString change) {
    var namespace = "";
    var key = "";
    try {
      var input = change.newCodedInput();
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case dev.tideline.wire.v1.Change.NAMESPACE_FIELD_NUMBER -> namespace = input.readString();
          case dev.tideline.wire.v1.Change.KEY_FIELD_NUMBER -> {
            key = input.readString();
            return new QualifiedKey(namespace, Key.of(key));
          }
          default -> input.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw new InvalidInputException("a change cannot be read: " + e.getMessage());
    }
    return new QualifiedKey(namespace, Key.of(key));
  }

  public static dev.tideline.wire.v1.DataType encode(DataType type) {
    return switch (type) {
      case REGISTER -> dev.tideline.wire.v1.DataType.REGISTER;
      case COUNTER -> dev.tideline.wire.v1.DataType.COUNTER;
    };
  }

  public static DataType decode(dev.tideline.wire.v1.DataType type) {
    return switch (type) {
      case REGISTER -> DataType.REGISTER;
      case COUNTER -> DataType.COUNTER;
      default -> throw new InvalidInputException("data type %s is not known here".formatted(type));
    };
  }

  /** The span in which the version was written that a change brings; empty if none is named. */
  public static ByteString traceContext(dev.tideline.wire.v1.Change change) {
    var state = change.getFull();
    return switch (state.getStateCase()) {
      case REGISTER -> state.getRegister().getVersion().getTraceContext();
      case COUNTER -> state.getCounter().getLatest().getTraceContext();
      case STATE_NOT_SET -> ByteString.EMPTY;
    };
  }

  private static dev.tideline.wire.v1.State encode(State state, ByteString traceContext) {
    var builder = dev.tideline.wire.v1.State.newBuilder();
    switch (state) {
      case State.Absent absent -> {}
      case State.Register register ->
          builder.setRegister(
              RegisterState.newBuilder().setVersion(traced(register.version(), traceContext)));
      case State.Counter counter ->
          builder.setCounter(
              CounterState.newBuilder()
                  .setSum(counter.sum())
                  .setLatest(traced(counter.latest(), traceContext))
                  .setOthersRevision(counter.othersRevision()));
    }
    return builder.build();
  }

  private static State decode(dev.tideline.wire.v1.State message) {
    return switch (message.getStateCase()) {
      case REGISTER -> new State.Register(decode(message.getRegister().getVersion()));
      case COUNTER -> {
        var counter = message.getCounter();
        yield new State.Counter(
            counter.getSum(), decode(counter.getLatest()), counter.getOthersRevision());
      }
      case STATE_NOT_SET -> State.ABSENT;
    };
  }

  public static dev.tideline.wire.v1.Version encode(Version version) {
    return traced(version, ByteString.EMPTY);
  }

  private static dev.tideline.wire.v1.Version traced(Version version, ByteString traceContext) {
    var builder =
        dev.tideline.wire.v1.Version.newBuilder()
            .setRevision(version.revision())
            .setHybridTime(version.time().bits())
            .setContentType(version.contentType())
            .setValue(version.value())
            .setTombstone(version.tombstone())
            .setTraceContext(traceContext);
    for (var origin : version.origins()) {
      builder.addOrigins(Ids.encode(origin));
    }
    return builder.build();
  }

  public static Version decode(dev.tideline.wire.v1.Version message) {
    var origins = new ArrayList<MutationId>(message.getOriginsCount());
    for (var origin : message.getOriginsList()) {
      origins.add(Ids.decode(origin));
    }
    return new Version(
        origins,
        message.getRevision(),
        new HybridTime(message.getHybridTime()),
        message.getContentType(),
        message.getValue(),
        message.getTombstone());
  }
}
