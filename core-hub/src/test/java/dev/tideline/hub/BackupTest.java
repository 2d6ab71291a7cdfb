package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static dev.tideline.hub.testing.ScriptedEdge.frame;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.hub.backup.BackupCheck;
import dev.tideline.hub.backup.BackupDirectory;
import dev.tideline.hub.backup.BackupException;
import dev.tideline.hub.backup.BackupManifest;
import dev.tideline.hub.backup.BackupRestore;
import dev.tideline.hub.testing.DialledEdge;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.wire.v1.HubFrame;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Copies of a real hub, taken while it works, damaged in every way, and put back. */
@Timeout(120)
class BackupTest {

  private static final int WRITES = 12;
  private static final String LARGE = "x".repeat(60_000);

  @TempDir private Path directory = Path.of("");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ScriptedEdge edge = new ScriptedEdge("a", 1, 1);

  @AfterEach
  void stop() {
    http.close();
  }

  private CoreHub start(Path data, String checkpointBytes) {
    return CoreHub.start(
        HubConfig.read(
            Map.of(
                "data.dir",
                data.toString(),
                "partitions",
                "1",
                "grpc.port",
                "0",
                "admin.port",
                "0",
                "log.generation-bytes",
                "37748736",
                "log.reserve-bytes",
                "0",
                "checkpoint.log-bytes",
                checkpointBytes),
            Map.of()));
  }

  private CoreHub start(String name) {
    return start(directory.resolve(name), "67108864");
  }

  private Path place(String name) {
    return directory.resolve(name);
  }

  private void write(CoreHub hub) {
    try (var link = new DialledEdge(hub.grpcPort())) {
      link.send(frame(edge.hello()));
      link.await(HubFrame::hasWelcome);
      for (int i = 0; i < WRITES; i++) {
        link.send(batch(edge.write(add("z/sum", 1)), edge.write(put("players", "z/" + i, "v"))));
      }
      link.await(frame -> frame.getMutationAck().getSequence() == 2 * WRITES);
    }
  }

  private HttpResponse<InputStream> get(CoreHub hub, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + hub.adminPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
  }

  private String text(CoreHub hub, String path) throws Exception {
    try (var body = get(hub, path).body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private BackupManifest backup(CoreHub hub, Path to) throws Exception {
    try (var stream = get(hub, "/v1/backup").body()) {
      return BackupDirectory.receive(stream, to);
    }
  }

  @Test
  void aHubThatIsPutBackHasAllThatWasDurableWhenItWasCopied() throws Exception {
    BackupManifest manifest;
    try (var hub = start("hub")) {
      write(hub);
      manifest = backup(hub, place("copy"));
      assertThat(manifest.revisions()).containsExactly(2L * WRITES);
      assertThat(manifest.first()).isEqualTo(1);
    }
    assertThat(BackupCheck.run(place("copy"))).isEqualTo(manifest);
    assertThat(BackupRestore.run(place("copy"), place("again"))).isEqualTo(manifest);
    try (var hub = start("again")) {
      assertThat(text(hub, "/v1/inventory/z/sum")).isEqualTo("" + WRITES);
      assertThat(text(hub, "/v1/players/z/3")).isEqualTo("v");
      assertThat(text(hub, "/v1/partitions")).contains("\"revision\":" + 2 * WRITES);
    }
  }

  @Test
  void aCheckpointIsCopiedWithTheLogBehindItAndTheCopyOfTheCopyIsTheSame() throws Exception {
    try (var hub = start(place("hub"), "1048576")) {
      write(hub);
      fill(hub);
      Awaitility.await().until(() -> text(hub, "/metrics").contains("{result=\"written\"} 1"));
      var manifest = backup(hub, place("copy"));
      assertThat(manifest.first()).isGreaterThan(1);
      assertThat(manifest.files()).hasSize(2);
    }
    var _ = BackupRestore.run(place("copy"), place("again"));
    try (var hub = start("again")) {
      assertThat(text(hub, "/v1/inventory/z/sum")).isEqualTo("" + WRITES);
      assertThat(text(hub, "/v1/players/z/large7")).isEqualTo(LARGE);
      var _ = backup(hub, place("second"));
    }
    // Its last checkpoint leaves but the records of a start behind it.
    var _ = BackupRestore.run(place("second"), place("third"));
    try (var hub = start("third")) {
      assertThat(text(hub, "/v1/players/z/large7")).isEqualTo(LARGE);
    }
  }

  private void fill(CoreHub hub) {
    try (var link = new DialledEdge(hub.grpcPort())) {
      link.send(frame(edge.hello()));
      link.await(HubFrame::hasWelcome);
      for (int i = 0; i < 20; i++) {
        link.send(batch(edge.write(put("players", "z/large" + i, LARGE))));
      }
      link.await(frame -> frame.getMutationAck().getSequence() == 2 * WRITES + 20);
    }
  }

  @Test
  void whateverByteIsFlippedTheCopyIsRefused() throws Exception {
    try (var hub = start("hub")) {
      write(hub);
      var _ = backup(hub, place("copy"));
    }
    for (var file : files(place("copy"))) {
      var bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] ^= (byte) (1 << i % 8);
        Files.write(file, bytes);
        assertDamaged();
        bytes[i] ^= (byte) (1 << i % 8);
      }
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      assertDamaged();
      Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
      assertDamaged();
      Files.delete(file);
      assertDamaged();
      Files.write(file, bytes);
    }
    Files.writeString(place("copy").resolve("more"), "");
    assertDamaged();
    assertThatThrownBy(() -> BackupRestore.run(place("copy"), place("again")))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("more does not belong to it");
    assertThat(place("again")).doesNotExist();
  }

  private void assertDamaged() {
    assertThatThrownBy(() -> BackupCheck.run(place("copy"))).isInstanceOf(BackupException.class);
  }

  private static List<Path> files(Path in) throws IOException {
    try (var files = Files.list(in)) {
      return files.toList();
    }
  }

  @Test
  void whereverTheStreamIsCutNothingIsLeftThatCounts() throws Exception {
    byte[] whole;
    try (var hub = start("hub")) {
      write(hub);
      try (var stream = get(hub, "/v1/backup").body()) {
        whole = stream.readAllBytes();
      }
    }
    Files.createDirectory(place("copies"));
    var copy = place("copies").resolve("copy");
    for (int length = 0; length < whole.length; length += 7) {
      var cut = new ByteArrayInputStream(whole, 0, length);
      assertThatThrownBy(() -> BackupDirectory.receive(cut, copy))
          .isInstanceOf(BackupException.class);
      assertThat(files(place("copies"))).isEmpty();
    }
    var _ = BackupDirectory.receive(new ByteArrayInputStream(whole), copy);
    assertThatThrownBy(() -> BackupDirectory.receive(new ByteArrayInputStream(whole), copy))
        .hasMessageContaining("nothing is overwritten");
    assertThat(files(copy)).hasSize(2);
  }

  @Test
  void nothingIsPutWhereAHubRunsOrAnythingIs() throws Exception {
    try (var hub = start("hub")) {
      write(hub);
      var _ = backup(hub, place("copy"));
      assertThatThrownBy(() -> BackupRestore.run(place("copy"), place("hub")))
          .isInstanceOf(BackupException.class)
          .hasMessageContaining("a hub is running");
    }
    assertThatThrownBy(() -> BackupRestore.run(place("copy"), place("hub")))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("not empty");
    assertThatThrownBy(() -> BackupRestore.run(place("hub"), place("again")))
        .isInstanceOf(BackupException.class)
        .hasMessageContaining("is no backup");
  }

  @Test
  void oneIsTakenAtATime() throws Exception {
    try (var hub = start("hub")) {
      write(hub);
      fill(hub);
      for (int i = 0; i < 8; i++) {
        // More than fits the buffers between hub and reader.
        refill(hub);
      }
      try (var unread = get(hub, "/v1/backup").body()) {
        assertThat(unread.read()).isNotNegative();
        var second = get(hub, "/v1/backup");
        assertThat(second.statusCode()).isEqualTo(503);
        try (var body = second.body()) {
          assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
              .contains("TL-NOT-ACCEPTED", "a backup is under way");
        }
      }
      // Whoever does not read is gone; the next one gets all of it.
      Awaitility.await().until(() -> isWhole(hub));
    }
  }

  private boolean isWhole(CoreHub hub) throws Exception {
    var response = get(hub, "/v1/backup");
    try (var body = response.body()) {
      var _ = body.readAllBytes();
      return response.statusCode() == 200;
    }
  }

  private void refill(CoreHub hub) {
    try (var link = new DialledEdge(hub.grpcPort())) {
      var other = new ScriptedEdge("b", writes++, 1);
      link.send(frame(other.hello()));
      link.await(HubFrame::hasWelcome);
      for (int i = 0; i < 20; i++) {
        link.send(batch(other.write(put("players", "z/more" + i, LARGE))));
      }
      link.await(frame -> frame.getMutationAck().getSequence() == 20);
    }
  }

  private long writes = 1;
}
