package dev.tideline.edge.journal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.wire.v1.JournalRecord;

/** Journal records from bytes whose checksum the log has already verified. */
final class JournalBytes {

  private JournalBytes() {}

  static JournalRecord parse(ByteString bytes) {
    try {
      return JournalRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a journal record with a good checksum is not readable", e);
    }
  }
}
