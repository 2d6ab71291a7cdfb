package dev.tideline.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint's file is made of, all numbers big-endian:
 *
 * <pre>
 *  0        4        8      9
 * +--------+--------+------+----------
 * | length | crc32c | kind | payload …       the length is the payload's, the checksum covers
 * +--------+--------+------+----------       kind and payload
 * </pre>
 *
 * <pre>
 *  BEGIN    magic (4) · format version (4) · start position (8)             once, first
 *  STATE    a message of the owner's, opaque here
 *  ENTRIES  key length (4) · value length (4) · key · value, repeated       a block of them
 *  END      end position (8) · number of states (8) · number of entries (8) once, last
 * </pre>
 */
record CheckpointFrame(Kind kind, ByteBuffer payload) {

  static final int HEADER_BYTES = 9;
  static final int MAGIC = 0x544C4B31;
  static final int FORMAT_VERSION = 1;
  static final int BEGIN_BYTES = 16;
  static final int END_BYTES = 24;

  /** The largest payload: one state message, or one entry with the largest value and its key. */
  static final int PAYLOAD_BYTES_MAX = 64 * 1024 * 1024;

  /** What a frame is; the codes are on disk. */
  enum Kind {
    BEGIN((byte) 1),
    STATE((byte) 2),
    ENTRIES((byte) 3),
    END((byte) 4);

    final byte code;

    Kind(byte code) {
      this.code = code;
    }

    static @Nullable Kind of(byte code) {
      for (var kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      return null;
    }
  }

  /** The checksum of a frame whose payload lies between position and limit, which do not move. */
  static int checksum(byte kind, ByteBuffer payload) {
    var crc = new CRC32C();
    crc.update(kind);
    crc.update(payload.duplicate());
    return (int) crc.getValue();
  }
}
