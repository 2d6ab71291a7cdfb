package dev.tideline.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that says, byte for byte, what the test wants; nothing is an empty answer. */
final class EdgeClientTest {
  private static final String WRITTEN =
      ok("{\"receipt\":\"a.1.2.3\",\"ack\":\"MEMORY\"}", "ETag: \"t1\"\r\n");

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> script = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private ServerSocket server;
  private EdgeClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    client = new EdgeClient("http://127.0.0.1:" + server.getLocalPort(), Duration.ofSeconds(1));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void aWriteSaysWhatItWantsAndReadsItsReceipt() {
    script.add(WRITTEN);
    var options =
        new WriteOptions(
            Optional.of(Ack.HUB),
            Optional.of(Duration.ofMillis(300)),
            Optional.of("k1"),
            Optional.of("t0"),
            false);
    var reply = client.write(new Write("inventory", "z/1", new Write.Action.Add(-5), options));
    assertThat(reply.orThrow().receipt()).isEqualTo("a.1.2.3");
    assertThat(reply.orThrow().version()).contains("t1");
    assertThat(requests.getFirst())
        .startsWith("POST /v1/inventory/z/1:add?ack=hub&timeout=300ms HTTP/1.1\r\n")
        .contains("Idempotency-Key: k1\r\n", "If-Match: \"t0\"\r\n")
        .endsWith("\r\n\r\n{\"delta\":-5}");
  }

  @Test
  void connectionsAreKept() {
    script.addAll(List.of(ok("1", ""), ok("2", ""), ok("3", "")));
    for (var expected : List.of("1", "2", "3")) {
      assertThat(client.get("inventory", "k").orThrow().bytes()).isEqualTo(Bytes.utf8(expected));
    }
    assertThat(connections).hasValue(1);
  }

  @Test
  void chunkedAnswersAreRead() {
    script.add(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n");
    assertThat(client.get("players", "k").orThrow().bytes().text()).isEqualTo("abcde");
  }

  @Test
  void aRefusalCarriesItsProblem() {
    script.add(
        "HTTP/1.1 405 No\r\nContent-Type: application/problem+json\r\nContent-Length: 58\r\n\r\n"
            + "{\"code\":\"TL-OPERATION-NOT-ALLOWED\",\"detail\":\"d\",\"allowed\":1}");
    var reply = client.get("players", "k");
    assertThat(reply).isInstanceOf(Reply.Refused.class);
  }

  @Test
  void aReadIsRepeatedOnceOverAFreshConnectionIfTheKeptOneIsStale() {
    script.addAll(List.of(ok("1", ""), "", ok("2", "")));
    client.get("inventory", "k");
    assertThat(client.get("inventory", "k").orThrow().bytes().text()).isEqualTo("2");
    assertThat(connections).hasValue(2);
  }

  @Test
  void aWriteWithoutAKeyIsNeverRepeated() {
    script.addAll(List.of(ok("1", ""), "", WRITTEN));
    client.get("players", "k");
    var reply = client.write(Write.put("players", "k", Bytes.utf8("v"), "text/plain"));
    assertThat(reply)
        .isInstanceOfSatisfying(
            Reply.Unreachable.class, unreachable -> assertThat(unreachable.sent()).isTrue());
  }

  @Test
  void nobodyThereIsUnreachableAndNothingWasSent() throws IOException {
    // A port that was given up may be somebody else's, or the client's own, by the time it is
    // asked.
    try (var held = new Socket()) {
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var url = "http://127.0.0.1:" + held.getLocalPort();
      try (var alone = new EdgeClient(url, Duration.ofSeconds(1))) {
        assertThat(alone.get("players", "k"))
            .isInstanceOfSatisfying(
                Reply.Unreachable.class, unreachable -> assertThat(unreachable.sent()).isFalse());
      }
    }
  }

  @Test
  void aSilentEdgeIsUnreachableAfterTheTimeout() {
    script.add("SILENCE");
    assertThat(client.get("players", "k"))
        .isInstanceOfSatisfying(
            Reply.Unreachable.class,
            unreachable -> assertThat(unreachable.reason()).contains("1000 ms"));
  }

  @Test
  void aPersistentWriterGoesOnUntilItIsAcknowledged() {
    script.addAll(List.of("", "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n", "", WRITTEN));
    var writer = new PersistentWriter(client);
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    var reply = writer.write(Write.add("inventory", "k", 1, "once"), deadlineNs);
    assertThat(reply.orThrow().ack()).isEqualTo(Ack.MEMORY);
    assertThat(requests).allSatisfy(text -> assertThat(text).contains("Idempotency-Key: once"));
  }

  @Test
  void aPersistentWriterTakesNoWriteWithoutAKey() {
    var writer = new PersistentWriter(client);
    var write = Write.put("players", "k", Bytes.EMPTY, "text/plain");
    assertThatThrownBy(() -> writer.write(write, System.nanoTime()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String ok(String body, String headers) {
    return "HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(headers, body.length(), body);
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> converse(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      while (read(socket)) {
        var answer = script.removeFirst();
        if (answer.isEmpty()) {
          return;
        }
        if (!answer.equals("SILENCE")) {
          socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      // The client has gone: the test is over.
    }
  }

  /** Reads one request; false at the end of the connection. */
  private boolean read(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var request = new StringBuilder();
    int length = 0;
    while (request.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      request.append((char) next);
    }
    int at = request.indexOf("Content-Length: ");
    if (at >= 0) {
      length = Integer.parseInt(request.substring(at + 16, request.indexOf("\r", at)));
    }
    request.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
    requests.add(request.toString());
    return true;
  }
}
