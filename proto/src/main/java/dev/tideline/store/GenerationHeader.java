package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a generation says of itself: the payload of its first frame, numbers big-endian.
 *
 * <pre>
 *  0         4          12                 20
 * +---------+----------+------------------+----------------
 * | version | previous | generation bytes | boot id, UTF-8
 * +---------+----------+------------------+----------------
 * </pre>
 *
 * <p>The frame's position is the generation's first record, so the previous generation ends one
 * before it, whatever else may still lie in its file.
 *
 * @param first position of the first record, which may not exist yet
 * @param previous number of the generation that this one goes on from; 0 if it is the log's first
 * @param generationBytes size of the file, which is also the size of its mapping
 * @param bootId of the machine at the time; empty if it could not be read
 */
record GenerationHeader(long first, long previous, long generationBytes, String bootId) {

  static final int VERSION = 1;

  private static final int FIXED_BYTES = 20;

  ByteString payload() {
    var boot = bootId.getBytes(StandardCharsets.UTF_8);
    var buffer = ByteBuffer.allocate(FIXED_BYTES + boot.length);
    buffer.putInt(VERSION).putLong(previous).putLong(generationBytes).put(boot).flip();
    return ByteString.copyFrom(buffer);
  }

  /**
   * Reads the header behind a frame that was found whole.
   *
   * @throws LogOpenException if it is no header, or of another format version
   */
  static GenerationHeader read(ByteBuffer file, int frameOffset, Frame frame, Object name) {
    var payload = file.slice(frameOffset + Frame.HEADER_BYTES, frame.payloadLength());
    if (payload.remaining() < FIXED_BYTES) {
      throw new LogOpenException(
          name
              + " has a header of "
              + payload.remaining()
              + " bytes: "
              + FIXED_BYTES
              + " at least");
    }
    int version = payload.getInt();
    if (version != VERSION) {
      throw new LogOpenException(
          name
              + " is of format version "
              + version
              + ", this release reads "
              + VERSION
              + ": use the release that wrote it");
    }
    long previous = payload.getLong();
    long generationBytes = payload.getLong();
    var boot = StandardCharsets.UTF_8.decode(payload).toString();
    return new GenerationHeader(frame.position(), previous, generationBytes, boot);
  }
}
