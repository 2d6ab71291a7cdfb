package dev.tideline.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bytes of the formats of this package's own, as some release wrote them: what lies on somebody's
 * disk is read to what it meant, and written again the same. Existing bytes are never changed.
 */
class GoldenFilesTest {

  private static final long GENERATION = 3;

  private static final String RECORD =
      "544c523130ef2e7b00000006000000000000010200000000000001017265636f7264";
  private static final String HEADER =
      "544c47312774c4e100000018000000000000010000000000000000ff"
          + "0000000100000000000000020000000010000000626f6f74";
  private static final String END = "544c45313489081a0000000000000000000001020000000000000102";

  /** Begin, a state, a block of two entries, end. */
  private static final String CHECKPOINT =
      "000000103c6bc06701544c4b31000000010000000000000007"
          + "00000005af0fc2a3027374617465"
          + "0000001b566f05d203"
          + "00000002000000076b3176616c75652031"
          + "00000002000000006b32"
          + "000000181b7de40e04000000000000000900000000000000010000000000000002";

  private static final String INLINE_CELL = "76616c756500";
  private static final String TICKET_CELL = "08070605040302012823000001";

  @TempDir private Path directory = Path.of("");

  @Test
  void aRecordsFrame() {
    var frame = new Frame(Frame.Kind.RECORD, 0x102, 0x101, 6);
    assertThat(written(frame, ByteString.copyFromUtf8("record"))).isEqualTo(RECORD);
    assertThat(Frame.read(bytes(RECORD), 0, GENERATION)).isEqualTo(frame);
  }

  @Test
  void aGenerationsHeader() {
    var header = new GenerationHeader(0x100, 2, 256L << 20, "boot");
    var frame = new Frame(Frame.Kind.HEADER, 0x100, 0xff, header.payload().size());
    assertThat(written(frame, header.payload())).isEqualTo(HEADER);
    var file = bytes(HEADER);
    assertThat(Frame.read(file, 0, GENERATION)).isEqualTo(frame);
    assertThat(GenerationHeader.read(file, 0, frame, "the file")).isEqualTo(header);
  }

  @Test
  void aGenerationsEnd() {
    var frame = new Frame(Frame.Kind.END, 0x102, 0x102, 0);
    assertThat(written(frame, ByteString.EMPTY)).isEqualTo(END);
    assertThat(Frame.read(bytes(END), 0, GENERATION)).isEqualTo(frame);
  }

  private static String written(Frame frame, ByteString payload) {
    var bytes = new byte[Frame.HEADER_BYTES + payload.size()];
    assertThat(Frame.write(bytes, GENERATION, frame, payload)).isEqualTo(bytes.length);
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void aCheckpointIsWritten() throws IOException {
    try (var writer = new FileCheckpoints(directory).begin(7)) {
      writer.state(ByteString.copyFromUtf8("state"));
      entry(writer, "k1", "value 1");
      entry(writer, "k2", "");
      writer.finish(9);
    }
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(checkpoint()))).isEqualTo(CHECKPOINT);
  }

  private static void entry(CheckpointWriter writer, String key, String value) {
    var content = Slice.copyOf(ByteString.copyFromUtf8(value));
    writer.entry(Slice.copyOf(ByteString.copyFromUtf8(key)), content, content.length());
  }

  @Test
  void aCheckpointIsRead() throws IOException {
    Files.write(checkpoint(), HexFormat.of().parseHex(CHECKPOINT));
    var read = new FileCheckpoints(directory).newest().orElseThrow();
    assertThat(read.start()).isEqualTo(7);
    assertThat(read.end()).isEqualTo(9);
    var parts = new ArrayList<String>();
    read.read(
        new CheckpointReader.Visitor() {
          @Override
          public void state(ByteString message) {
            parts.add(message.toStringUtf8());
          }

          @Override
          public void entry(Slice key, Slice value) {
            parts.add(text(key) + " = " + text(value));
          }
        });
    assertThat(parts).isEqualTo(List.of("state", "k1 = value 1", "k2 = "));
  }

  private Path checkpoint() {
    return directory.resolve("checkpoint-0000000000000000007");
  }

  @Test
  void aCellThatHoldsItsValue() {
    var cell = new Slice(16);
    TableCell.writeInline(Slice.copyOf(ByteString.copyFromUtf8("value")), cell);
    assertThat(hex(cell)).isEqualTo(INLINE_CELL);
    var read = Slice.copyOf(ByteString.fromHex(INLINE_CELL));
    assertThat(TableCell.isInline(read)).isTrue();
    assertThat(TableCell.valueLength(read)).isEqualTo(5);
    TableCell.stripToValue(read);
    assertThat(text(read)).isEqualTo("value");
  }

  @Test
  void aCellWhoseValueLiesElsewhere() {
    var cell = new Slice(16);
    TableCell.writeTicket(0x0102030405060708L, 9_000, cell);
    assertThat(hex(cell)).isEqualTo(TICKET_CELL);
    var read = Slice.copyOf(ByteString.fromHex(TICKET_CELL));
    assertThat(TableCell.isInline(read)).isFalse();
    assertThat(TableCell.ticket(read)).isEqualTo(0x0102030405060708L);
    assertThat(TableCell.valueLength(read)).isEqualTo(9_000);
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
  }

  private static String hex(Slice slice) {
    return HexFormat.of().formatHex(slice.array(), 0, slice.length());
  }

  private static String text(Slice slice) {
    return slice.toByteString().toStringUtf8();
  }
}
