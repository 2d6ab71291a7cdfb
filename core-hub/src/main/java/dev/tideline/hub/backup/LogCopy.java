package dev.tideline.hub.backup;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.tideline.store.RecordLog;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The records of a log in a file without gaps or slack, all numbers big-endian:
 *
 * <pre>
 *  0        4        8          16
 * +--------+--------+----------+----------
 * | length | crc32c | position | record …      the length is the record's, the checksum covers
 * +--------+--------+----------+----------     position and record
 * </pre>
 *
 * Generations and their slack stay behind: a log that is put back begins generations of its own.
 */
final class LogCopy {

  private LogCopy() {}

  /** Sees one record after the other. */
  interface Visitor {
    void record(long position, ByteString record) throws IOException;
  }

  static void write(DataOutputStream to, long position, ByteString record) throws IOException {
    to.writeInt(record.size());
    to.writeInt(checksum(position, record.asReadOnlyByteBuffer()));
    to.writeLong(position);
    record.writeTo((OutputStream) to);
  }

  /**
   * Reads all records, whose positions follow each other.
   *
   * @return the position of the last
   * @throws BackupException if one is damaged
   */
  static long read(InputStream from, long first, Visitor visitor) throws IOException {
    var in = new DataInputStream(from);
    long next = first;
    for (int begun = in.read(); begun >= 0; begun = in.read()) {
      try {
        visitor.record(next, next(in, begun, next));
      } catch (EOFException e) {
        throw damaged(next, "is cut");
      }
      next++;
    }
    return next - 1;
  }

  private static ByteString next(DataInputStream in, int begun, long expected) throws IOException {
    var rest = new byte[Integer.BYTES - 1];
    in.readFully(rest);
    int length = begun << 24 | ByteBuffer.wrap(new byte[] {0, rest[0], rest[1], rest[2]}).getInt();
    int crc = in.readInt();
    long position = in.readLong();
    if (length <= 0 || length > RecordLog.RECORD_BYTES_MAX || position != expected) {
      throw damaged(expected, "is not there");
    }
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw damaged(expected, "is cut");
    }
    if (crc != checksum(position, ByteBuffer.wrap(bytes))) {
      throw damaged(expected, "does not match its checksum");
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static int checksum(long position, ByteBuffer record) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(position).flip());
    crc.update(record);
    return (int) crc.getValue();
  }

  private static BackupException damaged(long position, String what) {
    return new BackupException(
        "the backup is damaged: the record at position %d of its %s %s; take another one"
            .formatted(position, BackupManifest.LOG_NAME, what));
  }
}
