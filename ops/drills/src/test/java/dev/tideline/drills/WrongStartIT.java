package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.rig.NodeProcess;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts that must fail: with a clear line, a status that scripts know, and nothing touched. */
@Timeout(120)
final class WrongStartIT {

  /** A start waits for a dead predecessor's lock and port for 5 s before it gives up. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private static Path directory;
  private static Rig rig;

  @BeforeAll
  static void start() {
    rig = Rig.create(RigConfig.small(directory, List.of("a")));
    rig.start();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void aSecondHubOnTheSameDirectoryIsRefused() {
    var second = rig.hub().another("second-hub", List.of("grpc.port=0", "admin.port=0"));
    assertRefused(second, 1, "hub: ");
    assertThat(rig.hub().client().ready()).isTrue();
  }

  @Test
  void aSecondEdgeOnTheSameDirectoryIsRefused() {
    var second =
        rig.edges().getFirst().another("second-edge", List.of("http.port=0", "grpc.port=0"));
    assertRefused(second, 1, "edge: ");
    assertThat(rig.edges().getFirst().client().ready()).isTrue();
  }

  @Test
  void aPortInUseIsNamed() {
    var port = java.net.URI.create(rig.edges().getFirst().url()).getPort();
    var second =
        rig.edges()
            .getFirst()
            .another("same-port", List.of("data.dir=" + directory.resolve("c"), "grpc.port=0"));
    assertRefused(second, 1, String.valueOf(port));
  }

  @Test
  void aGrpcPortInUseIsOneLineThatNamesItAndItsSetting() {
    var port = rig.edges().getFirst().grpcPort();
    var second =
        rig.edges()
            .getFirst()
            .another(
                "same-grpc-port",
                List.of("data.dir=" + directory.resolve("d"), "http.port=0", "grpc.port=" + port));
    assertRefused(second, 1, "port %d".formatted(port));
    assertThat(second.outputText()).contains("set grpc.port");
    assertThat(second.outputText().lines().filter(line -> line.contains("cannot listen")))
        .hasSize(1);
  }

  @Test
  void everyWrongSettingIsNamedAtOnce() {
    var wrong =
        rig.edges()
            .getFirst()
            .another("wrong", List.of("edge.id=Not An Id", "http.port=many", "no.such.setting=1"));
    assertRefused(wrong, 2, "edge.id");
    assertThat(wrong.outputText()).contains("http.port", "no.such.setting");
  }

  private static void assertRefused(NodeProcess process, int status, String mentions) {
    try (process) {
      process.start();
      assertThat(process.awaitExit(PATIENCE)).as(process.outputText()).isEqualTo(status);
      assertThat(process.outputText()).contains(mentions).doesNotContain("\tat ");
    }
  }
}
