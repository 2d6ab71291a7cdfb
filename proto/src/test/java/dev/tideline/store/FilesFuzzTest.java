package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;

/** What stands in files of ours: damage is named as such, and whatever else is read is harmless. */
class FilesFuzzTest {

  private static final long FIRST = 1;

  @TempDir private Path directory = Path.of("");

  /** Frames as the fuzzer likes, each with the right checksum, or without frames at all. */
  @FuzzTest(maxDuration = "5m")
  void aCheckpointIsRefusedAsDamagedOrRead(FuzzedDataProvider data) throws IOException {
    var file = directory.resolve("checkpoint-%019d".formatted(FIRST));
    Files.write(file, data.consumeBoolean() ? frames(data) : data.consumeRemainingAsBytes());
    try {
      var reader = FileCheckpointReader.at(file);
      var counted = new long[1];
      reader.read(
          new CheckpointReader.Visitor() {
            @Override
            public void state(ByteString message) {}

            @Override
            public void entry(Slice key, Slice value) {
              counted[0]++;
            }
          });
      assertThat(counted[0]).isEqualTo(reader.entries());
    } catch (LogOpenException e) {
      assertThat(e).hasMessageContaining(file.toString());
    }
  }

  private static byte[] frames(FuzzedDataProvider data) {
    var bytes = ByteBuffer.allocate(1 << 16);
    var begin =
        ByteBuffer.allocate(CheckpointFrame.BEGIN_BYTES)
            .putInt(CheckpointFrame.MAGIC)
            .putInt(CheckpointFrame.FORMAT_VERSION)
            .putLong(FIRST);
    put(bytes, CheckpointFrame.Kind.BEGIN.code, begin.flip());
    long states = data.consumeInt(0, 2);
    long entries = data.consumeInt(0, 2);
    while (data.remainingBytes() > 0 && bytes.remaining() > 1 << 12) {
      byte kind = data.consumeByte((byte) 0, (byte) 5);
      put(bytes, kind, ByteBuffer.wrap(data.consumeBytes(data.consumeInt(0, 256))));
    }
    var end =
        ByteBuffer.allocate(CheckpointFrame.END_BYTES)
            .putLong(FIRST)
            .putLong(states)
            .putLong(entries);
    put(bytes, CheckpointFrame.Kind.END.code, end.flip());
    var written = new byte[bytes.position()];
    bytes.get(0, written);
    return written;
  }

  private static void put(ByteBuffer to, byte kind, ByteBuffer payload) {
    to.putInt(payload.remaining()).putInt(CheckpointFrame.checksum(kind, payload)).put(kind);
    to.put(payload);
  }

  /** The payload of a frame with the right checksum, and the same bytes as a frame. */
  @FuzzTest(maxDuration = "5m")
  void aFrameOfALogIsPassedOverOrRead(FuzzedDataProvider data) {
    var raw = data.consumeBytes(64);
    var found = Frame.read(ByteBuffer.wrap(raw), 0, 1);
    assertThat(found).as("no 32 bits of luck").isNull();

    var payload = ByteString.copyFrom(data.consumeRemainingAsBytes());
    var bytes = new byte[Frame.HEADER_BYTES + payload.size()];
    Frame.write(bytes, 1, new Frame(Frame.Kind.HEADER, FIRST, 0, payload.size()), payload);
    var frame = Frame.read(ByteBuffer.wrap(bytes), 0, 1);
    assertThat(frame).isNotNull();
    try {
      assertThat(
              GenerationHeader.read(ByteBuffer.wrap(bytes), 0, Objects.requireNonNull(frame), "it")
                  .first())
          .isEqualTo(FIRST);
    } catch (LogOpenException e) {
      assertThat(e).hasMessageContaining("it");
    }
  }
}
