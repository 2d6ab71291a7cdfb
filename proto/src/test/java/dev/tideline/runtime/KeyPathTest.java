package dev.tideline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.model.InvalidInputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPathTest {

  @ParameterizedTest
  @CsvSource({
    "/v1/n/a, a",
    "/v1/n/a%2Fb, a/b",
    "/v1/n/a/b, a/b",
    "/v1/n/a//b, a//b",
    "/v1/n/../x, ../x",
    "/v1/n/a;b=c, a;b=c",
    "/v1/n/z1/a:add, z1/a:add",
    "/v1/n/%C3%BC, ü",
    "/v1/n/a%3Aadd, a:add",
    "/v1/n/a+b, a+b",
  })
  void theKeyIsTheRawPathDecodedOnceAndNeverNormalised(String path, String key) {
    assertThat(KeyPath.parse(path, false)).contains(new KeyPath("n", key, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/n/z1/a:add, z1/a, add",
    "/v1/n/a:b:add, a:b, add",
    "/v1/n/a%3Ab:add, a:b, add",
    "/v1/n/a:, a, ''"
  })
  void anActionIsTheTextAfterTheLastRawColon(String path, String key, String action) {
    assertThat(KeyPath.parse(path, true)).contains(new KeyPath("n", key, Optional.of(action)));
  }

  @Test
  void anEncodedColonNeverStartsAnAction() {
    assertThat(KeyPath.parse("/v1/n/a%3Aadd", true))
        .contains(new KeyPath("n", "a:add", Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/n/%ff", "/v1/n/%", "/v1/n/%4", "/v1/n/%zz", "/v1/n/%C3"})
  void whatIsNotPercentEncodedUtf8IsRefused(String path) {
    assertThatThrownBy(() -> KeyPath.parse(path, false)).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/", "/v1/n", "/v2/n/k"})
  void whatHasNoPlaceForAKeyIsNoKeyPath(String path) {
    assertThat(KeyPath.parse(path, false)).isEmpty();
  }

  @Test
  void aProblemDocumentSurvivesNastyText() {
    var refusal = new Refusal(ErrorCode.MALFORMED, "a \"b\" \\ \n ü", "x");
    assertThat(refusal.toProblem())
        .contains("\"detail\":\"a \\\"b\\\" \\\\ \\u000a ü\"")
        .contains("\"code\":\"TL-MALFORMED\"")
        .contains("\"status\":400");
  }
}
