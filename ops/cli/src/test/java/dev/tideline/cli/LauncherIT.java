package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is typed: {@code ops/tideline} with the distribution of this build. */
final class LauncherIT {

  private static final Path LAUNCHER = Path.of("..", "tideline");

  private static final String[] OF_THE_JVM = {"Error occurred", "[warning]"};

  private record Ended(int status, String text) {}

  @Test
  @Timeout(60)
  void aShortCommandStartsAndSaysNothingOfTheJvm() throws Exception {
    var help = run("help");
    assertThat(help.status()).as(help.text()).isZero();
    assertThat(help.text()).contains("Usage: tideline").doesNotContain(OF_THE_JVM);
  }

  @Test
  @Timeout(60)
  void aLongCommandStartsLikewise() throws Exception {
    var help = run("bench", "--help");
    assertThat(help.status()).as(help.text()).isZero();
    assertThat(help.text()).contains("Usage: tideline bench").doesNotContain(OF_THE_JVM);
  }

  @Test
  @Timeout(60)
  void whatIsUnknownIsSaidAndTheStatusIsTwo() throws Exception {
    var ended = run("nonsense");
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.text()).contains("nonsense");
  }

  private static Ended run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), text);
  }
}
