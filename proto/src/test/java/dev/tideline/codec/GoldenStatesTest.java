package dev.tideline.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.store.Slice;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Bytes of states and keys in tables and checkpoints, and the text of what clients keep, as some
 * release wrote them. Existing bytes are never changed.
 */
class GoldenStatesTest {

  private static final String REGISTER =
      "010100000a000000" // format, kind, flags, length of the content type
          + "0500000000000000" // revision
          + "0000010000000000" // hybrid time
          + "00000000000000000000000000000000"
          + "0200000005000000" // origins, length of the value
          + "016101000000000000000200000000000000"
          + "02626303000000000000000400000000000000"
          + "746578742f706c61696e"
          + "76616c7565";
  private static final String TOMBSTONE =
      "0101010000000000"
          + "0600000000000000"
          + "0000020000000000"
          + "00000000000000000000000000000000"
          + "0100000000000000"
          + "016101000000000000000300000000000000";
  private static final String COUNTER =
      "0102000000000000"
          + "0700000000000000"
          + "0000030000000000"
          + "f8ffffffffffffff" // sum
          + "0400000000000000" // revision of others' latest
          + "0100000000000000"
          + "016101000000000000000400000000000000";
  private static final String ABSENT = "0100000000000000";

  private static final String VERSION_TOKEN =
      "CBkSIwoLCRwAAAAAAQAAEB0SFAoHZWRnZS0zMREgAAAAAAEAABghGSIAAAAAAQAA";
  private static final String RECEIPT = "edge-a.18c3f2a9b0d40001.42.17";

  private static MutationId id(String edge, long incarnation, long sequence) {
    return new MutationId(new EdgeId(edge), incarnation, sequence);
  }

  @Test
  void aRegister() {
    var origins = List.of(id("a", 1, 2), id("bc", 3, 4));
    var value = ByteString.copyFromUtf8("value");
    var time = HybridTime.ofMillis(1);
    check(REGISTER, new State.Register(new Version(origins, 5, time, "text/plain", value, false)));
  }

  @Test
  void aTombstone() {
    var origins = List.of(id("a", 1, 3));
    var time = HybridTime.ofMillis(2);
    check(TOMBSTONE, new State.Register(new Version(origins, 6, time, "", ByteString.EMPTY, true)));
  }

  @Test
  void aCounter() {
    var origins = List.of(id("a", 1, 4));
    var latest = new Version(origins, 7, HybridTime.ofMillis(3), "", ByteString.EMPTY, false);
    check(COUNTER, new State.Counter(-8, latest, 4));
  }

  @Test
  void nothing() {
    check(ABSENT, State.ABSENT);
  }

  private static void check(String bytes, State state) {
    var written = new Slice(8);
    StateBytes.append(state, written);
    assertThat(hex(written)).isEqualTo(bytes);
    assertThat(StateBytes.read(Slice.copyOf(ByteString.fromHex(bytes)), 0)).isEqualTo(state);
  }

  @Test
  void aKeyOfATable() {
    var key = new QualifiedKey("players", Key.of("z1/ü"));
    var written = new Slice(8);
    TableKeys.write(key, written);
    var bytes = "706c617965727300" + "7a312fc3bc";
    assertThat(hex(written)).isEqualTo(bytes);
    assertThat(TableKeys.read(Slice.copyOf(ByteString.fromHex(bytes)))).isEqualTo(key);
  }

  @Test
  void aReceipt() {
    var receipt = new Receipt(id("edge-a", 0x18c3f2a9b0d40001L, 42), 17);
    assertThat(receipt).hasToString(RECEIPT);
    assertThat(Receipt.parse(RECEIPT)).isEqualTo(receipt);
  }

  @Test
  void aVersionTokenAsAnEntityTag() {
    var token = TokenCodec.decode(TokenCodec.fromText(VERSION_TOKEN));
    assertThat(token.partition()).isEqualTo(25);
    assertThat(token.context().seen().term()).isEqualTo(1_099_511_627_804L);
    assertThat(token.context().seen().revision()).isEqualTo(29);
    assertThat(token.context().own()).containsExactly(id("edge-31", 1_099_511_627_808L, 33));
    assertThat(token.time()).isEqualTo(new HybridTime(1_099_511_627_810L));
    assertThat(TokenCodec.toText(TokenCodec.encode(token))).isEqualTo(VERSION_TOKEN);
  }

  private static String hex(Slice slice) {
    return HexFormat.of().formatHex(slice.array(), 0, slice.length());
  }
}
