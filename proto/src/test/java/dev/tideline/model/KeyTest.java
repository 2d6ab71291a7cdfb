package dev.tideline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {

  @ParameterizedTest
  @CsvSource({"z1/a, z1", "z1, z1", "a//b, a", "/x, ''", "../x, .."})
  void zoneIsThePartBeforeTheFirstSlash(String key, String zone) {
    assertThat(Key.of(key).zone()).isEqualTo(zone);
  }

  @ParameterizedTest
  @ValueSource(strings = {"z1/a:add", "a//b", "../x", "ü/ß", "a;b=c", " "})
  void anythingThatIsUnicodeIsAKey(String text) {
    assertThat(Key.of(text).text()).isEqualTo(text);
    assertThat(Key.of(text).toByteString().toStringUtf8()).isEqualTo(text);
  }

  @Test
  void emptyTooLongAndBrokenKeysAreRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> Key.of("")).hasMessageContaining("1 to 512");
    assertThatThrownBy(() -> Key.of("x".repeat(513))).hasMessageContaining("513 bytes");
    assertThatThrownBy(() -> Key.of("ü".repeat(257))).hasMessageContaining("514 bytes");
    assertThatThrownBy(() -> Key.of("a\ud800")).hasMessageContaining("surrogate");
    assertThat(Key.of("x".repeat(512)).length()).isEqualTo(512);
  }

  @Test
  void receiptsAreReadBackAsTheyAreWritten() {
    var id = new MutationId(new EdgeId("edge-1"), 0xfedcba9876543210L, 42);
    var receipt = new Receipt(id, 63);
    assertThat(receipt).hasToString("edge-1.fedcba9876543210.42.63");
    assertThat(Receipt.parse(receipt.toString())).isEqualTo(receipt);
    assertThatThrownBy(() -> Receipt.parse("nonsense")).hasMessageContaining("looks like");
  }
}
