package dev.tideline.edge.api;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The {@code traceparent} header (W3C Trace Context, section 3.2) as the 26 bytes that travel with
 * a mutation.
 *
 * <pre>
 *  0         1              17           25      26
 *  +---------+--------------+------------+-------+
 *  | version | trace id     | span id    | flags |
 *  +---------+--------------+------------+-------+
 * </pre>
 */
final class TraceParent {

  private static final Pattern FORM =
      Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");
  private static final int BYTES = 26;

  private TraceParent() {}

  /** Reads the header; what is not one is as good as none, as the recommendation asks. */
  static ByteString parse(String header) {
    var match = FORM.matcher(header);
    if (!match.matches()) {
      return ByteString.EMPTY;
    }
    var hex = HexFormat.of();
    var bytes =
        ByteBuffer.allocate(BYTES)
            .put((byte) 0)
            .put(hex.parseHex(match.group(1)))
            .put(hex.parseHex(match.group(2)))
            .put(hex.parseHex(match.group(3)));
    return ByteString.copyFrom(bytes.flip());
  }
}
