package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.add;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.put;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.stock;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tideline.client.HubBackup;
import dev.tideline.drills.Exposition;
import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.hub.backup.BackupDirectory;
import dev.tideline.hub.backup.BackupManifest;
import dev.tideline.hub.backup.BackupRestore;
import dev.tideline.rig.Directories;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hub under load is copied, loses its disk, and is put back, while its edges go on. */
@Timeout(300)
final class BackupIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LEAST = 100;

  @TempDir private Path directory = Path.of("");

  private final AtomicLong written = new AtomicLong();
  private final AtomicBoolean writes = new AtomicBoolean(true);

  @Test
  void whatTheHubAcknowledgedIsBackAfterItsDiskWasLost() throws Exception {
    int port;
    var copy = directory.resolve("copy");
    BackupManifest manifest;
    EdgeNode a;
    EdgeNode b;
    Thread load;
    try (var hub = hub(0)) {
      port = hub.grpcPort();
      a = Edges.start("a", directory, port);
      b = Edges.start("b", directory, port);
      soon(() -> a.status().catalog().known() && b.status().catalog().known());
      load = Thread.ofPlatform().start(() -> load(a, b));
      soon(() -> written.get() > LEAST);
      manifest = backup(hub, copy);
      long copied = written.get();
      soon(() -> written.get() > copied + LEAST);
      writes.set(false);
      load.join();
      soon(() -> settled(a) && settled(b));
    }
    try (a;
        b) {
      Directories.delete(directory.resolve("hub"));
      assertThat(BackupRestore.run(copy, directory.resolve("hub"))).isEqualTo(manifest);
      put(a, "z/meanwhile", "written without a hub");
      try (var hub = hub(port)) {
        check(hub, List.of(a, b));
      }
    }
  }

  private void check(CoreHub hub, List<EdgeNode> edges) {
    for (var edge : edges) {
      soon(() -> read(edge, stock("z/sum")).equals(Long.toString(2 * written.get())));
      soon(() -> read(edge, player("z/meanwhile")).equals("written without a hub"));
      for (long i = 0; i < written.get(); i++) {
        assertThat(read(edge, player("z/" + i))).isEqualTo("value " + i);
      }
    }
    var metrics = Exposition.at("http://127.0.0.1:" + hub.adminPort());
    assertThat(metrics.value("tideline_hub_decided_again_total")).as("set back").isPositive();
    assertThat(metrics.value("tideline_hub_missing_decisions")).isZero();
  }

  /** Both edges add to one counter, one of them writes a value. */
  private void load(EdgeNode a, EdgeNode b) {
    while (writes.get()) {
      add(a, "z/sum", 1);
      add(b, "z/sum", 1);
      put(a, "z/" + written.get(), "value " + written.get());
      written.incrementAndGet();
    }
  }

  private static boolean settled(EdgeNode edge) {
    return edge.status().backlog().count() == 0;
  }

  private static void soon(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  private static BackupManifest backup(CoreHub hub, Path to) throws IOException {
    try (var client = new HubBackup("http://127.0.0.1:" + hub.adminPort());
        InputStream stream = client.open().orThrow()) {
      return BackupDirectory.receive(stream, to);
    }
  }

  private CoreHub hub(int port) {
    return CoreHub.start(
        HubConfig.read(
            Map.of(
                "data.dir",
                directory.resolve("hub").toString(),
                "grpc.port",
                Integer.toString(port),
                "admin.port",
                "0",
                "heartbeat.interval-ms",
                "300",
                "log.generation-bytes",
                Long.toString(64L << 20),
                "log.reserve-bytes",
                "0"),
            Map.of()));
  }
}
