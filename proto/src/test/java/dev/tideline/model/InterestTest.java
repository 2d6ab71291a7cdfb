package dev.tideline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.codec.InterestCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InterestTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "namespace=players",
        "zone=eu",
        "zone=eu west",
        "zone=*",
        "prefix=players/eu/a",
        "prefix=players/a=b",
        "key=players/eu/ann",
        "key=players//",
        "key=players/=",
        "zone=ü"
      })
  void whatIsReadIsWrittenTheSameAndSentTheSame(String text) {
    var interest = Interest.parse(text);
    assertThat(interest).hasToString(text);
    assertThat(InterestCodec.decode(InterestCodec.encode(List.of(interest))).all())
        .containsExactly(interest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "**",
        "* ",
        "players",
        "=",
        "=players",
        "Zone=eu",
        " zone=eu",
        "zones=eu",
        "namespace",
        "namespace=",
        "namespace=Players",
        "namespace=players/",
        "namespace=p layers",
        "namespace=9",
        "zone=",
        "zone=/",
        "zone=eu/",
        "zone=eu/west",
        "zone=\uD800",
        "prefix=",
        "prefix=/",
        "prefix=players",
        "prefix=players/",
        "prefix=/eu",
        "prefix=Players/eu",
        "prefix=players/\uD800",
        "key=",
        "key=players",
        "key=players/",
        "key=/eu",
        "key=Players/eu",
        "key=players/\uDC00"
      })
  void whatIsNoInterestIsRefusedByName(String text) {
    assertThatThrownBy(() -> Interest.parse(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageNotContaining("null");
  }

  @Test
  void whatIsLongerThanAnyKeyIsRefused() {
    var fits = "k".repeat(Key.BYTES_MAX);
    for (var kind : List.of("zone=", "prefix=players/", "key=players/")) {
      assertThat(Interest.parse(kind + fits)).hasToString(kind + fits);
      assertThatThrownBy(() -> Interest.parse(kind + fits + "k"))
          .as(kind)
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "zone=a%2Cb, 'zone=a,b'",
    "zone=100%25, 'zone=100%'",
    "zone=a+b, 'zone=a+b'",
    "key=players/a%2Fb, 'key=players/a/b'"
  })
  void aSettingEscapesCommasAndPercentSigns(String text, String meant) {
    assertThat(Interest.decode(text)).hasToString(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zone=%", "zone=%2", "zone=%zz", "zone=100%"})
  void aPercentSignThatEscapesNothingIsRefused(String text) {
    assertThatThrownBy(() -> Interest.decode(text)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void anInterestOfAKindThatIsNotKnownHereIsRefused() {
    var unknown = List.of(dev.tideline.wire.v1.Interest.getDefaultInstance());
    assertThatThrownBy(() -> InterestCodec.decode(unknown))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void moreThanAnEdgeMayHaveAreRefusedAndTheSetStaysAsItWas() {
    var most = new ArrayList<>(zones(Interests.COUNT_MAX));
    var full = Interests.of(most);
    assertThat(full.all()).hasSize(Interests.COUNT_MAX);
    assertThat(full.with(List.of(Interest.parse("zone=z0")))).as("one it has").isEqualTo(full);
    var one = List.of(Interest.parse("zone=more"));
    assertThatThrownBy(() -> full.with(one))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1024");
    assertThat(full.all()).containsExactlyElementsOf(most);
    assertThat(full.covers("players", "more/1")).isFalse();
  }

  private static List<Interest> zones(int count) {
    return IntStream.range(0, count).mapToObj(i -> Interest.parse("zone=z" + i)).toList();
  }

  @Test
  void aSetCoversWhatAnyOfItCoversAndNothingElse() {
    var some =
        Interests.of(
            List.of(
                Interest.parse("zone=eu"),
                Interest.parse("namespace=inventory"),
                Interest.parse("prefix=players/us/a"),
                Interest.parse("prefix=players/us/an"),
                Interest.parse("key=players/asia/1")));
    for (var covered : List.of("eu/1", "eu", "us/ann", "us/a", "asia/1")) {
      assertThat(some.covers("players", covered)).as(covered).isTrue();
    }
    for (var other : List.of("europe/1", "us/b", "us", "asia/12", "asia")) {
      assertThat(some.covers("players", other)).as(other).isFalse();
    }
    assertThat(some.covers("inventory", "anywhere")).isTrue();
    assertThat(some.covers("shipments", "us/ann")).isFalse();
  }
}
