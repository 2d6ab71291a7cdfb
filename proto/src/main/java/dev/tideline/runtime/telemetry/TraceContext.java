package dev.tideline.runtime.telemetry;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Which span a mutation was made in, as the 26 bytes that travel with it through journal, wire and
 * change log. Empty where there is none; other bytes than these count as none.
 *
 * <pre>
 *  0         1              17           25      26
 *  +---------+--------------+------------+-------+
 *  | version | trace id     | span id    | flags |
 *  +---------+--------------+------------+-------+
 * </pre>
 */
public final class TraceContext {

  /** Size of a context that is not empty. */
  public static final int BYTES = 26;

  private static final int TRACE_ID_AT = 1;
  private static final int SPAN_ID_AT = 17;
  private static final int FLAGS_AT = 25;
  private static final int SAMPLED = 1;

  /** What every version begins with; only later ones than 00 may go on, behind a dash. */
  private static final Pattern HEADER =
      Pattern.compile(
          "(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private TraceContext() {}

  /**
   * Reads a {@code traceparent} header (W3C Trace Context, sections 3.2 and 4); empty if it is not
   * one, which is never an error. Of a later version only what version 00 knows is taken, of the
   * flags only whether the trace is sampled.
   */
  public static ByteString parse(String header) {
    var match = HEADER.matcher(header);
    if (!match.matches() || (match.group(1).equals("00") && match.group(5) != null)) {
      return ByteString.EMPTY;
    }
    return of(
        match.group(2), match.group(3), (byte) (HexFormat.fromHexDigits(match.group(4)) & SAMPLED));
  }

  static ByteString of(SpanContext context) {
    return of(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asByte());
  }

  private static ByteString of(String traceId, String spanId, byte flags) {
    var hex = HexFormat.of();
    var bytes =
        ByteBuffer.allocate(BYTES)
            .put((byte) 0)
            .put(hex.parseHex(traceId))
            .put(hex.parseHex(spanId))
            .put(flags);
    return ByteString.copyFrom(bytes.flip());
  }

  /** Whether spans of this trace are kept. */
  public static boolean isSampled(ByteString context) {
    return context.size() == BYTES && (context.byteAt(FLAGS_AT) & SAMPLED) != 0;
  }

  /** The trace id as 32 hexadecimal digits, for logs; empty if there is none. */
  public static String traceId(ByteString context) {
    return context.size() == BYTES ? hex(context, TRACE_ID_AT, SPAN_ID_AT) : "";
  }

  /** The span that this context names, as a parent; one that is not valid if there is none. */
  static SpanContext parent(ByteString context) {
    return context.size() == BYTES
        ? SpanContext.createFromRemoteParent(
            traceId(context),
            hex(context, SPAN_ID_AT, FLAGS_AT),
            TraceFlags.fromByte(context.byteAt(FLAGS_AT)),
            TraceState.getDefault())
        : SpanContext.getInvalid();
  }

  private static String hex(ByteString context, int from, int to) {
    return HexFormat.of().formatHex(context.substring(from, to).toByteArray());
  }
}
