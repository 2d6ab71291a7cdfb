package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.add;
import static dev.tideline.drills.node.Edges.await;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.put;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.settle;
import static dev.tideline.drills.node.Edges.stock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.rig.Directories;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a start has to read, after an orderly end and after a kill. */
@Timeout(120)
final class CleanStopIT {

  private static final int KEYS = 200;

  @TempDir private Path directory = Path.of("");

  private CoreHub hub(String data) {
    return CoreHub.start(
        HubConfig.read(
            Map.of(
                "data.dir", directory.resolve(data).toString(),
                "grpc.port", "0",
                "admin.port", "0",
                "log.generation-bytes", "37748736",
                "log.reserve-bytes", "0"),
            Map.of()));
  }

  @Test
  void afterAnOrderlyEndNoLogIsReadAndAfterAKillAllThatIsBehindTheCheckpoint() throws Exception {
    try (var hub = hub("hub");
        var edge = Edges.start("a", directory, hub.grpcPort())) {
      await(() -> edge.status().catalog().known());
      for (int i = 0; i < KEYS; i++) {
        put(edge, "z" + i % 7 + "/" + i, "v" + i);
      }
      add(edge, "z1/sum", 5);
      settle(edge);
      // What a process leaves behind that is killed now.
      copy("hub", "killed/hub");
      copy("a", "killed/a");
    }
    assertStarts("hub", directory, 0, 0);
    assertStarts("killed/hub", directory.resolve("killed"), 1, 1);
    assertStarts("hub", directory, 0, 0);
  }

  private void assertStarts(String hubData, Path edges, long hubAtLeast, long edgeAtLeast)
      throws Exception {
    try (var hub = hub(hubData);
        var edge = Edges.start("a", edges, hub.grpcPort())) {
      assertReplayed(hubAtLeast, "http://127.0.0.1:" + hub.adminPort(), "hub");
      assertReplayed(edgeAtLeast, edge.httpAddress(), "edge");
      assertHolds(edge);
      put(edge, "z1/last", "undecided");
      await(() -> edge.status().hub().state().name().equals("CONNECTED"));
      settle(edge);
      assertHolds(edge);
    }
  }

  private static void assertHolds(EdgeNode edge) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(read(edge, player("z" + i % 7 + "/" + i))).isEqualTo("v" + i);
    }
    assertThat(read(edge, stock("z1/sum"))).isEqualTo("5");
  }

  /** Of none exactly none, else more. */
  private static void assertReplayed(long atLeast, String url, String node) throws Exception {
    var metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(url + "/metrics")).build(),
                BodyHandlers.ofString())
            .body();
    var name = "tideline_" + node + "_replayed_records ";
    var line = metrics.lines().filter(each -> each.startsWith(name)).findFirst().orElseThrow();
    double replayed = Double.parseDouble(line.substring(name.length()));
    if (atLeast == 0) {
      assertThat(replayed).as(node).isZero();
    } else {
      assertThat(replayed).as(node).isGreaterThanOrEqualTo((double) atLeast);
    }
  }

  private void copy(String from, String to) throws IOException {
    Directories.copy(directory.resolve(from), directory.resolve(to));
  }
}
