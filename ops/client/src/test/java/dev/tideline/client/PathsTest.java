package dev.tideline.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PathsTest {

  @Test
  void aKeyNeverLooksLikeAnAction() {
    assertThat(Paths.of("inventory", "z1/a:add")).isEqualTo("/v1/inventory/z1/a%3Aadd");
  }

  @Test
  void segmentsStayAsTheyAre() {
    assertThat(Paths.of("players", "a//b")).isEqualTo("/v1/players/a//b");
    assertThat(Paths.of("players", "../x")).isEqualTo("/v1/players/../x");
    assertThat(Paths.of("players", "/")).isEqualTo("/v1/players//");
  }

  @Test
  void whatEndsAPathIsEncoded() {
    assertThat(Paths.of("players", "a?b#c;d e%2F")).isEqualTo("/v1/players/a%3Fb%23c%3Bd%20e%252F");
  }

  @Test
  void textBeyondAsciiIsEncodedByByte() {
    assertThat(Paths.of("players", "żółw\n")).isEqualTo("/v1/players/%C5%BC%C3%B3%C5%82w%0A");
  }
}
