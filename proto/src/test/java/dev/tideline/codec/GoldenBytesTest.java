package dev.tideline.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
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

  @Test
  void everyFieldIsSomewhereInTheBytes() throws Exception {
    assertThat(GoldenFixtures.missing(directory()))
        .as("GoldenFixtures.main writes what is missing")
        .isEmpty();
  }

  @Test
  void everyCaseOfEveryChoiceIsSomewhereInTheBytes() throws Exception {
    var reachable = new TreeSet<String>();
    var seen = new TreeSet<String>();
    for (var root : GoldenFixtures.roots()) {
      collectCases(root, reachable, new HashSet<>());
      for (var fixture : GoldenFixtures.read(directory(), root).values()) {
        collectSeen(
            GoldenFixtures.prototype(root).getParserForType().parseFrom(fixture.bytes()), seen);
      }
    }
    assertThat(seen).containsExactlyElementsOf(reachable);
  }

  private static void collectCases(Descriptor type, Set<String> cases, Set<String> visited) {
    if (!visited.add(type.getFullName())) {
      return;
    }
    for (var field : type.getFields()) {
      if (field.getContainingOneof() != null) {
        cases.add(field.getFullName());
      }
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        collectCases(field.getMessageType(), cases, visited);
      }
    }
  }

  private static void collectSeen(Message message, Set<String> seen) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.getContainingOneof() != null) {
                seen.add(field.getFullName());
              }
              var values = field.isRepeated() ? (List<?>) value : List.of(value);
              for (var element : values) {
                if (element instanceof Message nested) {
                  collectSeen(nested, seen);
                }
              }
            });
  }

  private static Path directory() throws URISyntaxException {
    var resource = GoldenBytesTest.class.getResource("golden/EdgeFrame.txt");
    return Path.of(Objects.requireNonNull(resource).toURI()).resolveSibling(".");
  }
}
