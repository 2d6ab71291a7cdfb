package dev.tideline.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What an earlier release has written to disk or wire is still read, and written alike. */
final class GoldenBytesTest {

  @Test
  void oldBytesAreReadToWhatTheyMeantAndWrittenAgainTheSame() throws Exception {
    for (var root : GoldenFixtures.roots()) {
      for (var fixture : GoldenFixtures.read(directory(), root).values()) {
        var message = GoldenFixtures.prototype(root).getParserForType().parseFrom(fixture.bytes());
        assertThat(TextFormat.printer().printToString(message))
            .as("%s.%s", fixture.message(), fixture.kind())
            .isEqualTo(fixture.text());
        assertThat(message.toByteString()).isEqualTo(fixture.bytes());
        var written = GoldenFixtures.prototype(root).newBuilderForType();
        TextFormat.merge(fixture.text(), written);
        assertThat(written.build().toByteString()).isEqualTo(fixture.bytes());
      }
    }
  }

  @Test
  void everyMessageThatIsSentOrStoredHasItsBytesForEveryCase() throws Exception {
    for (var root : GoldenFixtures.roots()) {
      var kinds =
          GoldenFixtures.read(directory(), root).keySet().stream()
              .map(GoldenFixtures::withoutNumber)
              .collect(Collectors.toSet());
      assertThat(kinds)
          .as("%s: GoldenFixtures.main writes what is missing", root.getName())
          .containsExactlyInAnyOrderElementsOf(GoldenFixtures.kinds(root));
    }
  }

  /** A case of a choice is a field, too. */
  @Test
  void everyFieldIsSomewhereInTheBytes() throws Exception {
    assertThat(GoldenFixtures.missing(directory()))
        .as("GoldenFixtures.main writes what is missing")
        .isEmpty();
  }

  private static Path directory() throws URISyntaxException {
    var resource = GoldenBytesTest.class.getResource("golden/EdgeFrame.txt");
    return Path.of(Objects.requireNonNull(resource).toURI()).resolveSibling(".");
  }
}
