package dev.tideline.hub;

import static dev.tideline.hub.testing.ScriptedEdge.add;
import static dev.tideline.hub.testing.ScriptedEdge.batch;
import static dev.tideline.hub.testing.ScriptedEdge.delete;
import static dev.tideline.hub.testing.ScriptedEdge.frame;
import static dev.tideline.hub.testing.ScriptedEdge.heartbeat;
import static dev.tideline.hub.testing.ScriptedEdge.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.hub.testing.DialledEdge;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.runtime.ConfigException;
import dev.tideline.runtime.StartException;
import dev.tideline.store.LogOpenException;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Mutation;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole hub over real connections, on real logs and tables. */
class CoreHubTest {

  private static final int ANSWER_TIMEOUT_MS = 10_000;

  @TempDir private Path directory;

  private CoreHub start(String... settings) {
    var given = new HashMap<String, String>();
    given.put("data.dir", directory.resolve("hub").toString());
    given.put("grpc.port", "0");
    given.put("admin.port", "0");
    given.put("log.generation-bytes", "37748736");
    given.put("log.reserve-bytes", "0");
    given.put("table.entries-max", "100000");
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return CoreHub.start(HubConfig.read(given, Map.of()));
  }

  private static DialledEdge dial(CoreHub hub, ScriptedEdge edge) {
    var dialled = new DialledEdge(hub.grpcPort());
    dialled.send(frame(edge.hello()));
    dialled.await(HubFrame::hasWelcome);
    return dialled;
  }

  private static void awaitAck(DialledEdge edge, long sequence) {
    edge.await(f -> f.hasMutationAck() && f.getMutationAck().getSequence() >= sequence);
  }

  private static long changes(DialledEdge edge) {
    return edge.frames().stream()
        .filter(HubFrame::hasChangeBatch)
        .map(HubFrame::getChangeBatch)
        .mapToLong(ChangeBatch::getChangesCount)
        .sum();
  }

  /** An answer of the admin port, read from a raw socket so that no client touches the path. */
  private record Answer(int status, Map<String, String> headers, String body) {}

  private static Answer get(CoreHub hub, String rawPath) throws IOException {
    return request(hub, "GET", rawPath);
  }

  private static Answer request(CoreHub hub, String method, String rawPath) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), hub.adminPort())) {
      var request = method + " " + rawPath + " HTTP/1.1\r\nHost: x\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.setSoTimeout(ANSWER_TIMEOUT_MS);
      var in = socket.getInputStream();
      var status = line(in);
      var headers = new HashMap<String, String>();
      for (var line = line(in); !line.isEmpty(); line = line(in)) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      var body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return new Answer(Integer.parseInt(status.substring(9, 12)), headers, body);
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Nested
  class Stream {

    @Test
    void aWriteOfOneEdgeReachesTheOther() {
      var a = new ScriptedEdge("a", 1, 64);
      var b = new ScriptedEdge("b", 1, 64);
      try (var hub = start();
          var atA = dial(hub, a);
          var atB = dial(hub, b)) {
        atA.send(batch(a.write(put("players", "z/1", "x")), a.write(add("y/1", 5))));
        awaitAck(atA, 2);
        Awaitility.await().until(() -> changes(atB) == 2);

        atB.send(heartbeat(3));
        var caughtUp = atB.await(HubFrame::hasCaughtUp).getCaughtUp();
        assertThat(caughtUp.getHeartbeat()).isEqualTo(3);
        assertThat(caughtUp.getHeadsCount()).isEqualTo(2);
        assertThat(atB.await(HubFrame::hasHeartbeat).getHeartbeat().getClockMs()).isPositive();
      }
    }

    @Test
    void everythingIsThereAfterARestart() throws IOException {
      var a = new ScriptedEdge("a", 1, 64).at(System.currentTimeMillis());
      Mutation[] writes = {
        a.keyed("k", add("z/1", 5)), a.write(put("players", "z/2", "x")), a.write(add("y/1", 1))
      };
      try (var hub = start();
          var atA = dial(hub, a)) {
        atA.send(batch(writes));
        awaitAck(atA, 3);
      }
      try (var hub = start();
          var atA = dial(hub, a)) {
        assertThat(atA.await(HubFrame::hasWelcome).getWelcome().getWatermarksCount()).isEqualTo(2);
        Awaitility.await().until(() -> changes(atA) == 3);
        atA.send(batch(writes));
        awaitAck(atA, 3);
        assertThat(get(hub, "/v1/inventory/z/1").body()).isEqualTo("5");
        assertThat(get(hub, "/v1/players/z/2").body()).isEqualTo("x");
      }
    }

    @Test
    void aLinkLostWithBatchesQueuedIsMadeUpForOnce() throws IOException {
      var a = new ScriptedEdge("a", 1, 64);
      var sent = new Mutation[2000];
      for (int i = 0; i < sent.length; i++) {
        sent[i] = a.write(add("z" + i % 100 + "/1", 1));
      }
      try (var hub = start()) {
        for (int round = 0; round < 5; round++) {
          try (var atA = dial(hub, a)) {
            for (int from = 0; from < sent.length; from += 100) {
              atA.send(batch(List.of(sent).subList(from, from + 100).toArray(Mutation[]::new)));
            }
            if (round == 4) {
              awaitAck(atA, 2000);
            }
          }
        }
        for (int i = 0; i < 100; i++) {
          assertThat(get(hub, "/v1/inventory/z" + i + "/1").body()).isEqualTo("20");
        }
      }
    }

    @Test
    void anEdgeThatComesLateGetsWhatTheOthersGot() {
      var a = new ScriptedEdge("a", 1, 1);
      try (var hub = start("partitions", "1");
          var atA = dial(hub, a)) {
        for (int i = 0; i < 50; i++) {
          var writes = new Mutation[100];
          for (int j = 0; j < 100; j++) {
            writes[j] = a.write(put("players", "z" + j + "/" + i, "x".repeat(500)));
          }
          atA.send(batch(writes));
        }
        awaitAck(atA, 5000);
        try (var late = dial(hub, new ScriptedEdge("b", 1, 1))) {
          Awaitility.await().until(() -> changes(late) == 5000);
          long next = 1;
          for (var frame : late.frames()) {
            if (frame.hasChangeBatch()) {
              assertThat(frame.getChangeBatch().getFromRevision()).isEqualTo(next);
              next = frame.getChangeBatch().getToRevision() + 1;
            }
          }
        }
      }
    }

    @Test
    void aHubThatStopsSaysSo() {
      var a = new ScriptedEdge("a", 1, 64);
      var hub = start();
      try (var atA = dial(hub, a)) {
        hub.close();
        atA.awaitEnd();
        assertThat(atA.await(HubFrame::hasGoAway).getGoAway().getDelayMsMax()).isPositive();
        var error = atA.await(HubFrame::hasError).getError();
        assertThat(error.getCode()).isEqualTo(Error.Code.SHUTTING_DOWN);
        assertThat(error.getRetryable()).isTrue();
      }
    }
  }

  @Nested
  class Starting {

    @Test
    void aDirectoryInUseIsNamed() {
      try (var hub = start()) {
        assertThat(hub.grpcPort()).isPositive();
        assertThatThrownBy(CoreHubTest.this::start).isInstanceOf(LogOpenException.class);
      }
    }

    @Test
    void aPortInUseIsNamedWithTheWayOut() throws IOException {
      try (var taken = new ServerSocket()) {
        taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        var port = Integer.toString(taken.getLocalPort());
        assertThatThrownBy(() -> start("grpc.port", port))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("port " + port)
            .hasMessageContaining("set grpc.port");
        assertThatThrownBy(() -> start("admin.port", port))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("set admin.port");
      }
      start().close();
    }

    @Test
    void theNumberOfPartitionsIsForLife() {
      start("partitions", "1").close();
      assertThatThrownBy(() -> start("partitions", "64"))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("this installation has 1 for its whole life");
      start().close();
    }

    @Test
    void anEditedCatalogIsRefusedUnlessItOnlyAdds() throws IOException {
      start().close();
      var file = directory.resolve("catalog.yaml");
      Files.writeString(file, "namespaces: {players: {type: counter}}");
      assertThatThrownBy(() -> start("catalog.file", file.toString()))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("'players': type is 'register'");
    }
  }

  @Nested
  class Admin {

    @Test
    void answersAreWhatHasBeenDecided() throws IOException {
      var a = new ScriptedEdge("a", 1, 64);
      try (var hub = start();
          var atA = dial(hub, a)) {
        atA.send(
            batch(
                a.write(put("players", "z/1", "hello")),
                a.write(put("players", "z/2", "x")),
                a.write(delete("players", "z/2")),
                a.write(add("z/3", -5))));
        awaitAck(atA, 4);

        var register = get(hub, "/v1/players/z/1");
        assertThat(register.status()).isEqualTo(200);
        assertThat(register.body()).isEqualTo("hello");
        assertThat(register.headers())
            .containsEntry("content-type", "text/plain")
            .containsEntry("tideline-as-of-revision", "4");
        var counter = get(hub, "/v1/inventory/z/3");
        assertThat(counter.body()).isEqualTo("-5");
        assertThat(counter.headers()).containsEntry("content-type", "application/json");
        assertThat(get(hub, "/v1/players/z/9").status()).isEqualTo(404);
        assertThat(get(hub, "/v1/players/z/9").body()).contains("TL-KEY-UNKNOWN");
        assertThat(get(hub, "/v1/nowhere/z").body())
            .contains("TL-NAMESPACE-UNKNOWN")
            .contains("known namespaces: inventory, players, positions, shipments");
        assertThat(get(hub, "/elsewhere").status()).isEqualTo(404);
        var put = request(hub, "PUT", "/v1/players/z/1");
        assertThat(put.status()).isEqualTo(405);
        assertThat(put.headers()).containsEntry("allow", "GET");
      }
    }

    @Test
    void oddKeysAreTakenAsTheyStand() throws IOException {
      var a = new ScriptedEdge("a", 1, 64);
      var keys =
          List.of("z1/a:add", "a/b", "a//b", "../x", "a/./b", "/", "s;p=1", "a b", "ü", "a%2Fb");
      var raws =
          List.of(
              "z1/a:add",
              "a%2Fb",
              "a//b",
              "../x",
              "a/./b",
              "/",
              "s;p=1",
              "a%20b",
              "%C3%BC",
              "a%252Fb");
      try (var hub = start();
          var atA = dial(hub, a)) {
        for (var key : keys) {
          atA.send(batch(a.write(put("players", key, "value of " + key))));
        }
        awaitAck(atA, keys.size());
        for (int i = 0; i < keys.size(); i++) {
          assertThat(get(hub, "/v1/players/" + raws.get(i)).body())
              .isEqualTo("value of " + keys.get(i));
        }
        for (var raw : List.of("%ff", "")) {
          var answer = get(hub, "/v1/players/" + raw);
          assertThat(answer.status()).as(raw).isEqualTo(400);
          assertThat(answer.body()).contains("TL-KEY-INVALID");
        }
        for (var raw : List.of("%zz", "%2", "a?x=%zz", "a#b")) {
          var answer = get(hub, "/v1/players/" + raw);
          assertThat(answer.status()).as(raw).isEqualTo(400);
          assertThat(answer.body()).contains("\"code\":\"TL-");
        }
      }
    }

    @Test
    void operatorsSeeHealthEdgesAndPartitions() throws IOException {
      var a = new ScriptedEdge("a", 1, 64);
      try (var hub = start();
          var atA = dial(hub, a)) {
        atA.send(batch(a.write(put("players", "z/1", "x")), a.write(add("players", 1))));
        awaitAck(atA, 2);
        assertThat(get(hub, "/health/live").status()).isEqualTo(200);
        assertThat(get(hub, "/health/ready").status()).isEqualTo(200);
        assertThat(get(hub, "/v1/edges").body())
            .contains("\"edge\":\"a\"")
            .contains("\"connected\":true")
            .contains("\"lag\":2");
        assertThat(get(hub, "/v1/partitions").body()).contains("\"partition\":63");
        atA.hangUp();
        Awaitility.await()
            .until(() -> get(hub, "/v1/edges").body().contains("\"connected\":false"));
      }
    }
  }
}
