package dev.tideline.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.store.Slice;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Bytes of the cache's entries, as some release wrote them; up to the view they lie in checkpoints.
 * Existing bytes are never changed.
 */
class GoldenEntryTest {

  private static final String LIVE =
      "010100000a000000"
          + "0500000000000000"
          + "0000010000000000"
          + "00000000000000000000000000000000"
          + "0200000005000000"
          + "016101000000000000000200000000000000"
          + "02626303000000000000000400000000000000"
          + "746578742f706c61696e"
          + "76616c7565";
  private static final String DEAD =
      "0101010000000000"
          + "0600000000000000"
          + "0000020000000000"
          + "00000000000000000000000000000000"
          + "0100000000000000"
          + "016101000000000000000300000000000000";

  private static final State LIVE_STATE =
      new State.Register(
          new Version(
              List.of(id("a", 1, 2), id("bc", 3, 4)),
              5,
              HybridTime.ofMillis(1),
              "text/plain",
              ByteString.copyFromUtf8("value"),
              false));
  private static final State DEAD_STATE =
      new State.Register(
          new Version(
              List.of(id("a", 1, 3)), 6, HybridTime.ofMillis(2), "", ByteString.EMPTY, true));

  private static MutationId id(String edge, long incarnation, long sequence) {
    return new MutationId(new EdgeId(edge), incarnation, sequence);
  }

  @Test
  void aBaseWithNothingPending() {
    check("0500000000000000" + "64000000" + LIVE, CacheEntry.settled(5, LIVE_STATE));
  }

  @Test
  void aBaseWithAViewOnTop() {
    var entry = CacheEntry.settled(6, DEAD_STATE).withView(LIVE_STATE);
    check("0600000000000000" + "42000000" + DEAD + LIVE, entry);
  }

  private static void check(String bytes, CacheEntry entry) {
    var written = new Slice(8);
    entry.write(written);
    assertThat(HexFormat.of().formatHex(written.array(), 0, written.length())).isEqualTo(bytes);
    var read = Slice.copyOf(ByteString.fromHex(bytes));
    assertThat(CacheEntry.read(read)).isEqualTo(entry);
    assertThat(CacheEntry.isPending(read)).isEqualTo(entry.pending());
  }
}
