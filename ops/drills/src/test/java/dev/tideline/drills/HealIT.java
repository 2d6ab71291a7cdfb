package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.edge.uplink.UplinkState;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.model.Durability;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hub that is set back to an older copy, under real edges over real gRPC. */
final class HealIT {

  private static final String GENERATION_BYTES = Long.toString(64L << 20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory = Path.of("");

  @Test
  void everythingThatTheHubAcknowledgedComesBackAndCountersAreExact() throws Exception {
    int port = copiedAfterFirstWrites();
    var receipts = new ArrayList<Receipt>();
    try (var a = edge("a", port, Map.of());
        var b = edge("b", port, Map.of())) {
      try (var hub = hub("hub", port, Map.of())) {
        assertThat(hub.grpcPort()).isEqualTo(port);
        connected(a);
        connected(b);
        for (int i = 0; i < 200; i++) {
          var edge = i % 2 == 0 ? a : b;
          receipts.add(decided(edge, add("z%d/stock".formatted(i % 7), 1)));
          receipts.add(decided(edge, put("z%d/doc".formatted(i % 5), "value " + i)));
        }
        for (var edge : List.of(a, b)) {
          await().atMost(PATIENCE).until(() -> value(edge, "z4/doc").equals("value 199"));
        }
      }
      try (var older = hub("copy", port, Map.of())) {
        for (var edge : List.of(a, b)) {
          await().atMost(PATIENCE).until(() -> state(edge) == UplinkState.CONNECTED);
        }
        for (var edge : List.of(a, b)) {
          for (int i = 0; i < 7; i++) {
            int zone = i;
            long expected = 10L + 200 / 7 + (zone < 200 % 7 ? 1 : 0);
            await().atMost(PATIENCE).until(() -> sum(edge, zone) == expected);
          }
          for (int i = 195; i < 200; i++) {
            assertThat(value(edge, "z%d/doc".formatted(i % 5))).isEqualTo("value " + i);
          }
          receipts.forEach(
              each -> assertThat(edge.receipt(each)).isInstanceOf(ReceiptState.Decided.class));
          decided(edge, put("z1/other", "after the healing"));
        }
        var healing = get(older, "/v1/healing");
        assertThat(healing).contains("\"phase\":\"IDLE\"").contains("\"missing\":0");
        assertThat(get(older, "/metrics")).contains("tideline_hub_decided_again_total 400");
      }
    }
  }

  @Test
  void whatNobodyRetainsIsCountedAndTheRestComesBack() throws Exception {
    int port = copiedAfterFirstWrites();
    try (var a = edge("a", port, Map.of())) {
      try (var hub = hub("hub", port, Map.of());
          var b = edge("b", port, Map.of())) {
        assertThat(hub.grpcPort()).isEqualTo(port);
        connected(a);
        connected(b);
        for (int i = 0; i < 10; i++) {
          decided(a, add("z1/stock", 1));
          decided(b, add("z1/stock", 100));
        }
        await().atMost(PATIENCE).until(() -> sum(a, 1) == 10 + 1_010);
      }
      // The edge b does not come back: what it wrote is known to have been, and is gone.
      try (var older = hub("copy", port, Map.of("heal.deadline-ms", "500"))) {
        await().atMost(PATIENCE).until(() -> state(a) == UplinkState.CONNECTED);
        await().atMost(PATIENCE).until(() -> sum(a, 1) == 20);
        assertThat(get(older, "/v1/healing")).contains("\"missing\":10");
        assertThat(get(older, "/metrics")).contains("tideline_hub_missing_decisions 10");

        // It comes late, and brings what it retains after all.
        try (var b = edge("b", port, Map.of())) {
          await().atMost(PATIENCE).until(() -> sum(a, 1) == 1_020);
          await().atMost(PATIENCE).until(() -> sum(b, 1) == 1_020);
          assertThat(get(older, "/v1/healing")).contains("\"missing\":0");
        }
      }
    }
  }

  @Test
  void aHubThatIsPutBackInItsPlaceHealsTheOtherWayRound() throws Exception {
    int port = copiedAfterFirstWrites();
    try (var a = edge("a", port, Map.of())) {
      try (var hub = hub("hub", port, Map.of())) {
        assertThat(hub.grpcPort()).isEqualTo(port);
        connected(a);
        decided(a, add("z1/stock", 1));
      }
      try (var older = hub("copy", port, Map.of("heal.deadline-ms", "200"))) {
        assertThat(older.grpcPort()).isEqualTo(port);
        connected(a);
        decided(a, add("z1/stock", 2));
        assertThat(sum(a, 1)).isEqualTo(13);
      }
      try (var hub = hub("hub", port, Map.of("heal.deadline-ms", "200"))) {
        assertThat(hub.grpcPort()).isEqualTo(port);
        connected(a);
        decided(a, add("z1/stock", 4));
        await().atMost(PATIENCE).until(() -> sum(a, 1) == 17);
      }
    }
  }

  /** Two edges write a little, the hub is stopped and copied; the port that it had. */
  private int copiedAfterFirstWrites() throws IOException {
    int port;
    try (var hub = hub("hub", 0, Map.of());
        var a = edge("a", hub.grpcPort(), Map.of());
        var b = edge("b", hub.grpcPort(), Map.of())) {
      port = hub.grpcPort();
      connected(a);
      connected(b);
      for (int i = 0; i < 7; i++) {
        decided(a, add("z%d/stock".formatted(i), 4));
        decided(b, add("z%d/stock".formatted(i), 6));
      }
    }
    copy(directory.resolve("hub"), directory.resolve("copy"));
    return port;
  }

  private CoreHub hub(String name, int port, Map<String, String> more) {
    var given = new HashMap<>(more);
    given.put("data.dir", directory.resolve(name).toString());
    given.put("grpc.port", Integer.toString(port));
    given.put("admin.port", "0");
    given.put("heartbeat.interval-ms", "100");
    given.put("log.generation-bytes", GENERATION_BYTES);
    return CoreHub.start(HubConfig.read(given, Map.of()));
  }

  private EdgeNode edge(String id, int hubPort, Map<String, String> more) {
    var given = new HashMap<>(more);
    given.put("edge.id", id);
    given.put("data.dir", directory.resolve("edge-" + id).toString());
    given.put("hub", "127.0.0.1:" + hubPort);
    given.put("http.port", "0");
    given.put("grpc.port", "0");
    given.put("log.generation-bytes", GENERATION_BYTES);
    return EdgeNode.start(EdgeConfig.read(given, Map.of()));
  }

  private static void connected(EdgeNode edge) {
    await().atMost(PATIENCE).until(() -> state(edge) == UplinkState.CONNECTED);
    await().atMost(PATIENCE).until(() -> edge.status().catalog().known());
  }

  private static UplinkState state(EdgeNode edge) {
    return edge.status().hub().state();
  }

  private static Receipt decided(EdgeNode edge, WriteRequest request) {
    var result = (WriteResult.Acknowledged) edge.write(request.withAck(Durability.HUB));
    assertThat(result.reached()).isEqualTo(Durability.HUB);
    return result.receipt();
  }

  private static WriteRequest add(String text, long delta) {
    return WriteRequest.of(new Operation.Add(key("inventory", text), delta, Precondition.NONE, 0));
  }

  private static WriteRequest put(String text, String value) {
    return WriteRequest.of(
        new Operation.Put(
            key("players", text),
            ByteString.copyFromUtf8(value),
            "text/plain",
            Precondition.NONE,
            0));
  }

  private static QualifiedKey key(String namespace, String text) {
    return new QualifiedKey(namespace, Key.of(text));
  }

  private static String value(EdgeNode edge, String text) {
    return edge.read(key("players", text)) instanceof ReadResult.Read read
            && read.reading().state() instanceof State.Register register
        ? register.version().value().toStringUtf8()
        : "";
  }

  private static long sum(EdgeNode edge, int zone) {
    return edge.read(key("inventory", "z%d/stock".formatted(zone))) instanceof ReadResult.Read read
            && read.reading().state() instanceof State.Counter counter
        ? counter.sum()
        : 0;
  }

  private static String get(CoreHub hub, String path) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:%d%s".formatted(hub.adminPort(), path));
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
