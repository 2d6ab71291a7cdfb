package dev.tideline.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceContextTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @Test
  void aHeaderBecomesTwentySixBytes() {
    var context = TraceContext.parse("00-" + TRACE + "-" + SPAN + "-01");
    assertThat(context.size()).isEqualTo(TraceContext.BYTES);
    assertThat(TraceContext.traceId(context)).isEqualTo(TRACE);
    assertThat(TraceContext.parent(context).getSpanId()).isEqualTo(SPAN);
    assertThat(TraceContext.isSampled(context)).isTrue();
    assertThat(TraceContext.of(TraceContext.parent(context))).isEqualTo(context);
  }

  @Test
  void aTraceThatIsNotSampledTravelsAndSaysSo() {
    var context = TraceContext.parse("00-" + TRACE + "-" + SPAN + "-00");
    assertThat(TraceContext.traceId(context)).isEqualTo(TRACE);
    assertThat(TraceContext.isSampled(context)).isFalse();
  }

  @Test
  void ofALaterVersionWhatIsKnownIsTaken() {
    var first = TraceContext.parse("00-" + TRACE + "-" + SPAN + "-01");
    assertThat(TraceContext.parse("cc-" + TRACE + "-" + SPAN + "-01")).isEqualTo(first);
    assertThat(TraceContext.parse("cc-" + TRACE + "-" + SPAN + "-01-what-comes")).isEqualTo(first);
    assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-ff")).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01what"
      })
  void nonsenseIsAsGoodAsNone(String header) {
    assertThat(TraceContext.parse(header)).isEqualTo(ByteString.EMPTY);
  }

  @Test
  void bytesOfAnotherSizeCountAsNone() {
    for (var bytes : new ByteString[] {ByteString.EMPTY, ByteString.copyFromUtf8("25 bytes")}) {
      assertThat(TraceContext.isSampled(bytes)).isFalse();
      assertThat(TraceContext.traceId(bytes)).isEmpty();
      assertThat(TraceContext.parent(bytes).isValid()).isFalse();
    }
  }
}
