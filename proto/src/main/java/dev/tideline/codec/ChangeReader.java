package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.tideline.model.Change;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.CounterState;
import dev.tideline.wire.v1.DataType;
import dev.tideline.wire.v1.RegisterState;
import java.io.IOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Reads one change from the bytes of its message, without the messages between: every edge reads
 * every change. Of a field that comes twice the last one counts; what is not known is passed over.
 */
final class ChangeReader {

  private static final int VARINT = WireFormat.WIRETYPE_VARINT;
  private static final int FIXED = WireFormat.WIRETYPE_FIXED64;
  private static final int BYTES = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private final CodedInputStream in;
  private @Nullable State state;
  private ByteString traceContext = ByteString.EMPTY;

  ChangeReader(ByteString bytes) {
    in = bytes.newCodedInput();
    in.enableAliasing(true);
  }

  /** The span in which the version was written; empty if none is named. */
  ByteString traceContext() {
    return traceContext;
  }

  /** Reads it; an {@link InvalidInputException} if it is of a kind that is not known here. */
  Change read() throws IOException {
    var namespace = "";
    var key = "";
    int type = 0;
    long revision = 0;
    long previous = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case dev.tideline.wire.v1.Change.NAMESPACE_FIELD_NUMBER << 3 | BYTES ->
            namespace = in.readStringRequireUtf8();
        case dev.tideline.wire.v1.Change.KEY_FIELD_NUMBER << 3 | BYTES ->
            key = in.readStringRequireUtf8();
        case dev.tideline.wire.v1.Change.TYPE_FIELD_NUMBER << 3 | VARINT -> type = in.readEnum();
        case dev.tideline.wire.v1.Change.REVISION_FIELD_NUMBER << 3 | VARINT ->
            revision = in.readUInt64();
        case dev.tideline.wire.v1.Change.PREVIOUS_REVISION_FIELD_NUMBER << 3 | VARINT ->
            previous = in.readUInt64();
        case dev.tideline.wire.v1.Change.FULL_FIELD_NUMBER << 3 | BYTES -> state = state();
        default -> in.skipField(tag);
      }
    }
    if (state == null) {
      throw new InvalidInputException("a change without the full state is not known here");
    }
    var target = new QualifiedKey(namespace, Key.of(key));
    var known = DataType.forNumber(type);
    var kind = ChangeCodec.decode(known == null ? DataType.UNRECOGNIZED : known);
    return new Change(target, kind, revision, previous, state);
  }

  private State state() throws IOException {
    int outer = begin();
    State read = State.ABSENT;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case dev.tideline.wire.v1.State.REGISTER_FIELD_NUMBER << 3 | BYTES -> read = register();
        case dev.tideline.wire.v1.State.COUNTER_FIELD_NUMBER << 3 | BYTES -> read = counter();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(outer);
    return read;
  }

  private State register() throws IOException {
    int outer = begin();
    Version version = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == (RegisterState.VERSION_FIELD_NUMBER << 3 | BYTES)) {
        version = version();
      } else {
        in.skipField(tag);
      }
    }
    in.popLimit(outer);
    return new State.Register(required(version));
  }

  private State counter() throws IOException {
    int outer = begin();
    long sum = 0;
    long others = 0;
    Version latest = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case CounterState.SUM_FIELD_NUMBER << 3 | VARINT -> sum = in.readInt64();
        case CounterState.LATEST_FIELD_NUMBER << 3 | BYTES -> latest = version();
        case CounterState.OTHERS_REVISION_FIELD_NUMBER << 3 | VARINT -> others = in.readUInt64();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(outer);
    return new State.Counter(sum, required(latest), others);
  }

  private static Version required(@Nullable Version version) {
    if (version == null) {
      throw new InvalidInputException("a state without a version is not known here");
    }
    return version;
  }

  private Version version() throws IOException {
    int outer = begin();
    var origins = new ArrayList<MutationId>(1);
    long revision = 0;
    long time = 0;
    var contentType = "";
    var value = ByteString.EMPTY;
    boolean tombstone = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case dev.tideline.wire.v1.Version.ORIGINS_FIELD_NUMBER << 3 | BYTES ->
            origins.add(origin());
        case dev.tideline.wire.v1.Version.REVISION_FIELD_NUMBER << 3 | VARINT ->
            revision = in.readUInt64();
        case dev.tideline.wire.v1.Version.HYBRID_TIME_FIELD_NUMBER << 3 | FIXED ->
            time = in.readFixed64();
        case dev.tideline.wire.v1.Version.CONTENT_TYPE_FIELD_NUMBER << 3 | BYTES ->
            contentType = in.readStringRequireUtf8();
        case dev.tideline.wire.v1.Version.TRACE_CONTEXT_FIELD_NUMBER << 3 | BYTES ->
            traceContext = in.readBytes();
        case dev.tideline.wire.v1.Version.VALUE_FIELD_NUMBER << 3 | BYTES -> value = in.readBytes();
        case dev.tideline.wire.v1.Version.TOMBSTONE_FIELD_NUMBER << 3 | VARINT ->
            tombstone = in.readBool();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(outer);
    return new Version(origins, revision, new HybridTime(time), contentType, value, tombstone);
  }

  private MutationId origin() throws IOException {
    int outer = begin();
    var edge = "";
    long incarnation = 0;
    long sequence = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case dev.tideline.wire.v1.MutationId.EDGE_FIELD_NUMBER << 3 | BYTES ->
            edge = in.readStringRequireUtf8();
        case dev.tideline.wire.v1.MutationId.INCARNATION_FIELD_NUMBER << 3 | FIXED ->
            incarnation = in.readFixed64();
        case dev.tideline.wire.v1.MutationId.SEQUENCE_FIELD_NUMBER << 3 | VARINT ->
            sequence = in.readUInt64();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(outer);
    return new MutationId(new EdgeId(edge), incarnation, sequence);
  }

  /** A message begins with its length; what bounded the one around it is given back. */
  private int begin() throws IOException {
    return in.pushLimit(in.readRawVarint32());
  }
}
