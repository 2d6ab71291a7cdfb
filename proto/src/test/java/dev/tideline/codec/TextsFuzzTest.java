package dev.tideline.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tideline.model.Interest;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.KeyPath;
import dev.tideline.runtime.telemetry.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that clients send: refused as what they are not, or read as what is written again. */
class TextsFuzzTest {

  /** Any other exception is a fault. */
  private static void refusedOr(Runnable reading) {
    try {
      reading.run();
    } catch (InvalidInputException e) {
      assertThat(e.problem()).isNotBlank();
    }
  }

  @MethodSource("texts")
  @FuzzTest(maxDuration = "5m")
  void aTextIsRefusedOrReadWhole(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    refusedOr(() -> version(text));
    refusedOr(() -> receipt(text));
    refusedOr(() -> assertThat(Interest.parse(Interest.parse(text).toString())).isNotNull());
    refusedOr(() -> KeyPath.parse(text, true));
    refusedOr(() -> KeyPath.parse(text, false).ifPresent(it -> assertThat(it.action()).isEmpty()));
    assertThat(TraceContext.parse(text).size()).isIn(0, TraceContext.BYTES);
  }

  private static void version(String text) {
    var token = TokenCodec.decode(TokenCodec.fromText(text));
    assertThat(TokenCodec.decode(TokenCodec.encode(token))).isEqualTo(token);
    assertThat(token.partition()).isBetween(0, Layout.PARTITIONS_MAX - 1);
  }

  private static void receipt(String text) {
    var receipt = Receipt.parse(text);
    assertThat(Receipt.parse(receipt.toString())).isEqualTo(receipt);
    assertThat(receipt.partition()).isBetween(0, Layout.PARTITIONS_MAX - 1);
  }

  static Stream<byte[]> texts() {
    return Stream.of(
            "CAESFAoSCQcAAAAAAAAAEQMAAAAAAAAAGQAAAQAAAAAA",
            "edge-a.18c3f2a9b0d40001.42.17",
            "a.1.1.99",
            "zone=eu%2Cwest",
            "prefix=players/z1/a",
            "key=players/z1/ann",
            "*",
            "/v1/players/z1%2Fann:add",
            "/v1/players/../%C3%BC",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
