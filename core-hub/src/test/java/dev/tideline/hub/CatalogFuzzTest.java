package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tideline.runtime.ConfigException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A catalog is read, or refused with its problems. */
class CatalogFuzzTest {

  @MethodSource("catalogs")
  @FuzzTest(maxDuration = "5m")
  void aCatalogIsRefusedWithItsProblemsOrRead(byte[] bytes) {
    try {
      assertThat(CatalogFile.parse("catalog", new String(bytes, StandardCharsets.UTF_8)))
          .isNotEmpty();
    } catch (ConfigException e) {
      assertThat(e.problems()).isNotEmpty();
    }
  }

  static Stream<byte[]> catalogs() {
    return Stream.of(
            "namespaces:\n  players: {type: register}\n  stock: {type: counter}\n",
            "namespaces: {a: {type: register, durability: memory, max-value-bytes: 65536}}",
            "namespaces: &x {a: *x}",
            "- 1",
            "{namespaces: {a: {type: record, schema: 3}}}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
