package dev.tideline.edge.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.tideline.model.HybridTime;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.JournalRecord;
import dev.tideline.wire.v1.Mutation;
import dev.tideline.wire.v1.MutationId;
import java.io.IOException;
import java.util.function.LongPredicate;

/**
 * Reads mutations in the order of the journal; one thread at a time. It looks at what sending needs
 * to know and leaves the rest as the bytes that they are, because every mutation passes here.
 */
public final class JournalReader implements AutoCloseable {

  private final RecordLog log;
  private final RecordLog.Reader reader;
  private long position;
  private final LongPredicate without;
  private ByteString bytes = ByteString.EMPTY;
  private long incarnation;
  private long sequence;
  private long madeMs;

  JournalReader(RecordLog log, long from, LongPredicate without) {
    this.log = log;
    reader = log.read(from);
    position = from - 1;
    this.without = without;
  }

  /** Records behind the one under the reader. */
  public long behind() {
    return log.lastPosition() - position;
  }

  /** Moves to the next mutation; false, without moving, if there is none yet. */
  public boolean next() {
    while (reader.next()) {
      position = reader.position();
      if (take(reader.record()) && !without.test(incarnation)) {
        return true;
      }
    }
    return false;
  }

  /** Where in the journal the mutation under the reader lies. */
  public long position() {
    return reader.position();
  }

  /** The bytes of the mutation under the reader. */
  public ByteString bytes() {
    return bytes;
  }

  public long incarnation() {
    return incarnation;
  }

  public long sequence() {
    return sequence;
  }

  /** When it was made, in milliseconds since 1970. */
  public long madeMs() {
    return madeMs;
  }

  /** The mutation under the reader. */
  public Mutation mutation() {
    try {
      return Mutation.parseFrom(bytes);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private boolean take(ByteString record) {
    try {
      var in = record.newCodedInput();
      int kind = WireFormat.getTagFieldNumber(in.readTag());
      if (kind != JournalRecord.MUTATION_FIELD_NUMBER) {
        return false;
      }
      int length = in.readRawVarint32();
      int at = in.getTotalBytesRead();
      bytes = record.substring(at, at + length);
      look(in, in.pushLimit(length));
      return true;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void look(CodedInputStream in, int outerLimit) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case Mutation.ID_FIELD_NUMBER -> {
          var id = MutationId.parseFrom(in.readByteArray());
          incarnation = id.getIncarnation();
          sequence = id.getSequence();
        }
        case Mutation.HYBRID_TIME_FIELD_NUMBER ->
            madeMs = new HybridTime(in.readFixed64()).millis();
        default -> in.skipField(tag);
      }
    }
    in.popLimit(outerLimit);
  }

  private static IllegalStateException unreadable(IOException e) {
    return new IllegalStateException("a journal record with a good checksum is not readable", e);
  }

  @Override
  public void close() {
    reader.close();
  }
}
