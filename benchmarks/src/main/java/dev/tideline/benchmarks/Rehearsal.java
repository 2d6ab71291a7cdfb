package dev.tideline.benchmarks;

import dev.tideline.client.EdgeClient;
import dev.tideline.client.HubClient;
import dev.tideline.client.Reply;
import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.rig.Directories;
import dev.tideline.runtime.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the build runs once in a JVM that writes down which classes it loaded and which methods were
 * busy (its ahead-of-time cache), so that every node starts from there: a hub and an edge take
 * writes and answer reads, and come up again from what a killed process would have left.
 */
public final class Rehearsal {

  /** Enough that what a start does in loops counts as busy, little enough for a build. */
  private static final int KEYS = 30_000;

  private static final int REQUESTS = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path directory;

  private Rehearsal(Path directory) {
    this.directory = directory;
  }

  /**
   * Runs it.
   *
   * @param args a directory for data, which must not exist, and is removed
   */
  public static void main(String[] args) throws IOException {
    var directory = Path.of(args[0]);
    Files.createDirectories(directory);
    try {
      new Rehearsal(directory).run();
    } finally {
      Directories.delete(directory);
    }
  }

  private void run() throws IOException {
    try (var hub = startHub("hub")) {
      try (var writer = startEdge("writer", hub);
          var reader = startEdge("reader", hub)) {
        Workload.fill(writer, 0, KEYS, KEYS);
        Workload.await(() -> writer.status().backlog().count() == 0);
        // All of it once more, so that a checkpoint holds the one half and the log the other.
        Workload.fill(writer, KEYS, 2L * KEYS, KEYS);
        Workload.await(() -> writer.status().backlog().count() == 0);
        ask(reader, hub);
        Directories.copy(directory.resolve("edge-reader"), directory.resolve("edge-copy"));
      }
      Directories.copy(directory.resolve("hub"), directory.resolve("hub-copy"));
    }
    Directories.delete(directory.resolve("edge-reader"));
    Files.move(directory.resolve("edge-copy"), directory.resolve("edge-reader"));
    try (var hub = startHub("hub-copy");
        var reader = startEdge("reader", hub)) {
      ask(reader, hub);
    }
  }

  private static void ask(EdgeNode edge, CoreHub hub) {
    try (var client = new EdgeClient(edge.httpAddress(), PATIENCE);
        var admin = new HubClient("http://127.0.0.1:" + hub.adminPort(), PATIENCE)) {
      var head = admin.revisions().orThrow();
      Workload.await(() -> client.node().orThrow().revisions().equals(head));
      for (int i = 0; i < REQUESTS; i++) {
        if (!(client.get(Workload.NAMESPACE, Workload.keyText(i)) instanceof Reply.Ok)) {
          throw new IllegalStateException("a read was not answered");
        }
      }
    }
  }

  private CoreHub startHub(String name) {
    var settings =
        List.of(
            "data.dir=" + directory.resolve(name),
            "checkpoint.log-bytes=" + (4 << 20),
            "grpc.port=0",
            "admin.port=0");
    var given = SettingsReader.parseArguments(settings.toArray(String[]::new));
    return CoreHub.start(HubConfig.read(given, Map.of()));
  }

  private EdgeNode startEdge(String id, CoreHub hub) {
    var settings = EmbeddedEdge.settings(id, directory, hub.grpcPort());
    settings.add("checkpoint.log-bytes=" + (4 << 20));
    return EmbeddedEdge.start(settings);
  }
}
