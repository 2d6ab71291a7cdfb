package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What one document of a generation holds, all numbers big-endian:
 *
 * <pre>
 *  0       4        8        12         20              28
 * +-------+--------+--------+----------+---------------+----------
 * | magic | crc32c | length | position | known durable | payload …
 * +-------+--------+--------+----------+---------------+----------
 * </pre>
 *
 * <p>The checksum covers the generation's number (which is not stored here) and everything behind
 * itself. So a frame that belongs to another generation, or record content that happens to look
 * like a frame of some other log, does not count when lost pages make us search a file for frames.
 *
 * <p>{@code known durable} is the highest position that was durable when the frame was written.
 * Whatever frame survives a lost machine thereby testifies to what must have survived with it.
 *
 * @param position of the record; of a generation's header, its first record; of its end, its last
 * @param payloadLength bytes of payload, which begin {@link #HEADER_BYTES} behind the frame's start
 */
record Frame(Kind kind, long position, long knownDurable, int payloadLength) {

  static final int HEADER_BYTES = 28;

  private static final int CRC_AT = 4;
  private static final int LENGTH_AT = 8;
  private static final int POSITION_AT = 12;
  private static final int DURABLE_AT = 20;

  /** What a frame is; the magic reads as ASCII in a dump. */
  enum Kind {
    /** First document of a generation: {@link GenerationHeader}. */
    HEADER(0x544C4731),
    /** A record. */
    RECORD(0x544C5231),
    /** Last document of a generation that was closed in order, written after everything synced. */
    END(0x544C4531);

    final int magic;

    Kind(int magic) {
      this.magic = magic;
    }

    static @Nullable Kind of(int magic) {
      return magic == RECORD.magic
          ? RECORD
          : magic == HEADER.magic ? HEADER : magic == END.magic ? END : null;
    }
  }

  /** Writes a frame to the start of {@code bytes}, which must have room; returns its length. */
  static int write(byte[] bytes, long generation, Frame frame, ByteString payload) {
    int length = HEADER_BYTES + payload.size();
    var into = ByteBuffer.wrap(bytes);
    into.putInt(0, frame.kind.magic);
    into.putInt(LENGTH_AT, payload.size());
    into.putLong(POSITION_AT, frame.position);
    into.putLong(DURABLE_AT, frame.knownDurable);
    payload.copyTo(bytes, HEADER_BYTES);
    into.putInt(CRC_AT, checksum(into, 0, length, generation));
    return length;
  }

  /** The frame at {@code offset}, or null if there is none that is whole and plausible. */
  static @Nullable Frame read(ByteBuffer from, int offset, long generation) {
    if (from.limit() - offset < HEADER_BYTES) {
      return null;
    }
    var kind = Kind.of(from.getInt(offset));
    int length = from.getInt(offset + LENGTH_AT);
    if (kind == null || length < 0 || length > from.limit() - offset - HEADER_BYTES) {
      return null;
    }
    long position = from.getLong(offset + POSITION_AT);
    long knownDurable = from.getLong(offset + DURABLE_AT);
    boolean plausible = knownDurable >= 0 && knownDurable <= position;
    int crc = from.getInt(offset + CRC_AT);
    return plausible && crc == checksum(from, offset, HEADER_BYTES + length, generation)
        ? new Frame(kind, position, knownDurable, length)
        : null;
  }

  private static int checksum(ByteBuffer bytes, int offset, int length, long generation) {
    var crc = new CRC32C();
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      crc.update((int) (generation >>> shift) & 0xFF);
    }
    crc.update(bytes.slice(offset + LENGTH_AT, length - LENGTH_AT));
    return (int) crc.getValue();
  }
}
