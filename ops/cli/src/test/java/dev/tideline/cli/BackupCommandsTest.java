package dev.tideline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code backup} and {@code restore}, on a hub that runs. */
final class BackupCommandsTest {

  @TempDir private Path directory = Path.of("");

  private record Run(int status, String out, String err) {}

  @Test
  void aRunningHubIsCopiedTheCopyCheckedAndPutBack() {
    var copy = directory.resolve("copy").toString();
    try (var hub = hub("hub")) {
      var copied = run("backup", "--hub", url(hub), copy);
      assertThat(copied.err()).isEmpty();
      assertThat(copied.status()).isZero();
      assertThat(copied.out()).startsWith(copy + ": copied: as of 2").contains("records up to");

      var again = run("backup", "--hub", url(hub), copy);
      assertThat(again.status()).isEqualTo(1);
      assertThat(again.err()).startsWith("tideline backup: ").contains("nothing is overwritten");
      assertThat(again.err().lines()).hasSize(1);

      var over = run("restore", copy, "--data", directory.resolve("hub").toString());
      assertThat(over.status()).isEqualTo(1);
      assertThat(over.err()).contains("a hub is running on").contains("stop it");
    }
    assertThat(run("backup", "--verify", copy).out()).startsWith(copy + ": whole: as of 2");
    var restored = run("restore", copy, "--data", directory.resolve("new").toString(), "--json");
    assertThat(restored.status()).isZero();
    assertThat(restored.out())
        .contains("\"state\":\"restored\"", "\"partitions\":64", "\"first\":1");
    try (var hub = hub("new")) {
      assertThat(hub.adminPort()).isPositive();
    }
  }

  @Test
  void whatIsNoCopyOrADamagedOneIsRefusedWithOneLine() throws IOException {
    var none = run("restore", directory.toString(), "--data", directory.resolve("d").toString());
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("is no backup: it has no MANIFEST");
    try (var hub = hub("hub")) {
      run("backup", "--hub", url(hub), directory.resolve("copy").toString());
    }
    var log = directory.resolve("copy").resolve("changelog");
    var bytes = Files.readAllBytes(log);
    bytes[bytes.length / 2] ^= 1;
    Files.write(log, bytes);
    var damaged = run("backup", "--verify", directory.resolve("copy").toString());
    assertThat(damaged.status()).isEqualTo(1);
    assertThat(damaged.err())
        .contains("the backup is damaged: changelog does not match its checksum");
  }

  @Test
  void aHubThatDoesNotAnswerIsUnreachableAndNothingIsLeft() throws IOException {
    var run = run("backup", "--hub", "http://127.0.0.1:1", directory.resolve("copy").toString());
    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains("127.0.0.1:1: connection refused");
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    assertThat(run("backup").status()).isEqualTo(2);
    assertThat(run("restore").status()).isEqualTo(2);
    assertThat(run("backup", "--hub", "nonsense", "x").status()).isEqualTo(2);
  }

  private static String url(CoreHub hub) {
    return "http://127.0.0.1:" + hub.adminPort();
  }

  private CoreHub hub(String name) {
    return CoreHub.start(
        HubConfig.read(
            Map.of(
                "data.dir",
                directory.resolve(name).toString(),
                "grpc.port",
                "0",
                "admin.port",
                "0",
                "log.generation-bytes",
                "37748736",
                "log.reserve-bytes",
                "0"),
            Map.of()));
  }

  private static Run run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        Tideline.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Run(status, out.toString(), err.toString());
  }
}
