package dev.tideline.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XxHash64Test {

  /** From the reference implementation (xxhsum -H1), seed 0. */
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "abc, 44bc2cf5ad770999",
    "'Nobody inspects the spammish repetition', fbcea83c8a378bf1",
  })
  void hashesAsTheReferenceDoes(String text, String expected) {
    assertThat(Long.toHexString(XxHash64.hash(text.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "z", "zürich-…", "a zone with a name of more than thirty-two bytes"})
  void aKeyLiesWhereItsZoneDoes(String zone) {
    var layout = new Layout(64);
    assertThat(layout.partitionOf(Key.of(zone + "/rest/of it")))
        .isEqualTo(layout.partitionOf(zone));
  }

  @Test
  void spreadsZonesOverAllPartitions() {
    var layout = new Layout(64);
    var seen = new boolean[64];
    for (int i = 0; i < 2_000; i++) {
      seen[layout.partitionOf("zone-" + i)] = true;
    }
    assertThat(seen).doesNotContain(false);
  }
}
