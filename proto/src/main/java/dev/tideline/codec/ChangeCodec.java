package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.CounterState;
import dev.tideline.wire.v1.RegisterState;
import java.io.IOException;

/**
 * Changes, versions and data types as Protobuf messages. Changes are written and read without the
 * messages between: five of them with their builders for each mutation were a tenth of all work.
 */
public final class ChangeCodec {

  /** What a change has beside its value: mostly less. */
  private static final int AROUND_BYTES = 192;

  private ChangeCodec() {}

  /** The bytes of a change. */
  public static ByteString encode(Change change) {
    return encode(change, ByteString.EMPTY);
  }

  /**
   * The same, naming the span in which the version was written that the change brings.
   *
   * @param traceContext empty for none
   */
  public static ByteString encode(Change change, ByteString traceContext) {
    int valueBytes =
        change.state() instanceof State.Register register ? register.version().value().size() : 0;
    var out = new BackwardsWriter(valueBytes + AROUND_BYTES);
    out.bool(dev.tideline.wire.v1.Change.TOMBSTONE_FIELD_NUMBER, change.state().dead());
    int full = out.mark();
    write(change.state(), traceContext, out);
    out.message(dev.tideline.wire.v1.Change.FULL_FIELD_NUMBER, full);
    out.number(
        dev.tideline.wire.v1.Change.PREVIOUS_REVISION_FIELD_NUMBER, change.previousRevision());
    out.number(dev.tideline.wire.v1.Change.REVISION_FIELD_NUMBER, change.revision());
    out.number(dev.tideline.wire.v1.Change.TYPE_FIELD_NUMBER, encode(change.type()).getNumber());
    out.text(dev.tideline.wire.v1.Change.KEY_FIELD_NUMBER, change.target().key().text());
    out.text(dev.tideline.wire.v1.Change.NAMESPACE_FIELD_NUMBER, change.target().namespace());
    return out.toByteString();
  }

  private static void write(State state, ByteString traceContext, BackwardsWriter out) {
    int mark = out.mark();
    switch (state) {
      case State.Absent absent -> {}
      case State.Register register -> {
        write(RegisterState.VERSION_FIELD_NUMBER, register.version(), traceContext, out);
        out.message(dev.tideline.wire.v1.State.REGISTER_FIELD_NUMBER, mark);
      }
      case State.Counter counter -> {
        out.number(CounterState.OTHERS_REVISION_FIELD_NUMBER, counter.othersRevision());
        write(CounterState.LATEST_FIELD_NUMBER, counter.latest(), traceContext, out);
        out.number(CounterState.SUM_FIELD_NUMBER, counter.sum());
        out.message(dev.tideline.wire.v1.State.COUNTER_FIELD_NUMBER, mark);
      }
    }
  }

  private static void write(
      int field, Version version, ByteString traceContext, BackwardsWriter out) {
    int mark = out.mark();
    out.bool(dev.tideline.wire.v1.Version.TOMBSTONE_FIELD_NUMBER, version.tombstone());
    out.bytes(dev.tideline.wire.v1.Version.VALUE_FIELD_NUMBER, version.value());
    out.bytes(dev.tideline.wire.v1.Version.TRACE_CONTEXT_FIELD_NUMBER, traceContext);
    out.text(dev.tideline.wire.v1.Version.CONTENT_TYPE_FIELD_NUMBER, version.contentType());
    out.fixed64(dev.tideline.wire.v1.Version.HYBRID_TIME_FIELD_NUMBER, version.time().bits());
    out.number(dev.tideline.wire.v1.Version.REVISION_FIELD_NUMBER, version.revision());
    for (int i = version.origins().size() - 1; i >= 0; i--) {
      var origin = version.origins().get(i);
      MutationWriter.write(dev.tideline.wire.v1.Version.ORIGINS_FIELD_NUMBER, origin, out);
    }
    out.message(field, mark);
  }

  /** The message of a change, for where one travels within another. */
  public static dev.tideline.wire.v1.Change message(Change change) {
    try {
      return dev.tideline.wire.v1.Change.parseFrom(encode(change));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("what was just written cannot be read", e);
    }
  }

  /**
   * What was read.
   *
   * @param traceContext of the span in which the version was written; empty if none is named
   */
  public record Read(Change change, ByteString traceContext) {}

  /**
   * Reads a change.
   *
   * @throws InvalidInputException if the bytes are no change, or of a kind that is not known here
   */
  public static Change decode(ByteString bytes) {
    return decodeTraced(bytes).change();
  }

  /** The same, with the span that it names. */
  public static Read decodeTraced(ByteString bytes) {
    var reader = new ChangeReader(bytes);
    try {
      var change = reader.read();
      return new Read(change, reader.traceContext());
    } catch (IOException e) {
      throw new InvalidInputException("a change cannot be read: " + e.getMessage());
    }
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

  /** A version within a conflict record. */
  public static dev.tideline.wire.v1.Version encode(Version version) {
    var builder =
        dev.tideline.wire.v1.Version.newBuilder()
            .setRevision(version.revision())
            .setHybridTime(version.time().bits())
            .setContentType(version.contentType())
            .setValue(version.value())
            .setTombstone(version.tombstone());
    for (var origin : version.origins()) {
      builder.addOrigins(Ids.encode(origin));
    }
    return builder.build();
  }
}
