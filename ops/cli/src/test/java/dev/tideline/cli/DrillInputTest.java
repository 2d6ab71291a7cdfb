package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a drill cannot do it says in one line, at once, with exit status 2. */
final class DrillInputTest {
  private static final String TEMPORARY = "java.io.tmpdir";

  @TempDir private Path directory = Path.of("");

  private final String temporary = System.getProperty(TEMPORARY);

  private record Run(int status, String out, String err) {}

  @AfterEach
  void restore() {
    System.setProperty(TEMPORARY, temporary);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nosuch"})
  void aDrillThatDoesNotExistNamesThoseThatDo(String name) {
    assertRefused(run(("drill " + name).strip()), "sim, bugs, chaos, crash-images");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drill chaos --minutes -1",
        "drill chaos --minutes 1441",
        "drill chaos --only KILL_HUB --without KILL_HUB",
        "drill crash-images --images 0",
        "drill crash-images --images 100001",
        "drill sim --seeds -1",
        "drill sim --edges 9",
        "drill sim --steps 0",
        "drill bugs --seeds 0"
      })
  void whatIsImpossibleIsRefusedBeforeAnythingRuns(String command) {
    assertRefused(run(command), "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"drill chaos", "drill crash-images", "drill sim"})
  void aFileThatCannotBeWrittenIsNamedBeforeAnythingRuns(String command) {
    for (var file : Stream.of(directory, directory.resolve("missing/x.json")).toList()) {
      assertRefused(
          run(command + " --json " + file), "--json %s cannot be written".formatted(file));
    }
    assertRefused(run("drill chaos --history " + directory), "--history");
  }

  @ParameterizedTest
  @ValueSource(strings = {"drill chaos", "drill crash-images"})
  void withoutADiskNothingIsTried(String command) {
    System.setProperty(TEMPORARY, directory.resolve("missing").toString());
    assertRefused(run(command), "there is no disk to use");
  }

  @Test
  void anUnknownFaultNamesThoseThereAre() {
    var run = run("drill chaos --without EARTHQUAKE");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("EARTHQUAKE").contains("KILL_HUB");
  }

  private static void assertRefused(Run run, String mentions) {
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).startsWith("tideline drill").contains(mentions);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.out()).isEmpty();
  }

  private static Run run(String command) {
    var out = new StringWriter();
    var err = new StringWriter();
    var words = Arrays.stream(command.split(" ", -1)).collect(Collectors.toList());
    int status =
        Tideline.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(words.toArray(String[]::new));
    return new Run(status, out.toString(), err.toString());
  }
}
