package dev.tideline.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.model.NamespaceContract;
import dev.tideline.runtime.Setting;
import dev.tideline.runtime.telemetry.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Requests of anybody's making, through a socket: every one is answered, never as a fault of the
 * edge, and what is refused carries a problem document.
 */
class HttpFuzzTest {

  private static final int TIMEOUT_MS = 5_000;
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)");
  private static final String[] METHODS = {"GET", "PUT", "DELETE", "POST", "PATCH"};
  private static final String[] PATHS = {
    "/v1/players/z1/", "/v1/stock/z1/a:", "/v1/batch", "/v1/receipts/", "/v1/node", "/", "/v1/"
  };
  private static final String[] QUERIES = {"ack=", "timeout=", "maxStaleness=", "atLeast=", ""};
  private static final String[] HEADERS = {
    "If-Match: ", "If-None-Match: ", "Idempotency-Key: ", "traceparent: ", "Content-Type: ", "X: "
  };

  private static final TestedGateway TESTED = new TestedGateway(Integer.MAX_VALUE);

  @SuppressWarnings("NullAway.Init")
  private static HttpApi api;

  @BeforeAll
  static void start() {
    var replica = TESTED.replica();
    replica.recover();
    replica.begin(1, "boot");
    var catalog =
        new Catalog(
            1,
            List.of(
                new NamespaceContract("players", DataType.REGISTER, Durability.MEMORY, 1024, 1),
                new NamespaceContract("stock", DataType.COUNTER, Durability.MEMORY, 1024, 1)));
    replica.welcome(new Layout(64), Optional.of(catalog), HybridTime.ZERO);
    var port = new Setting("http.port", "0", "a port", "for this test");
    api = new HttpApi(TESTED.gateway(replica), new Metrics(), "127.0.0.1:1", "127.0.0.1", port, 0);
  }

  @AfterAll
  static void stop() {
    api.close();
    TESTED.close();
  }

  @FuzzTest(maxDuration = "5m")
  void everyRequestIsAnsweredAndEveryRefusalSaysWhy(FuzzedDataProvider data) throws IOException {
    var request = request(data);
    var answer = send(request);
    var asked = new String(request, StandardCharsets.ISO_8859_1);
    assertThat(answer).as(asked).startsWith("HTTP/1.1 ");
    int status = Integer.parseInt(answer.substring(9, 12));
    assertThat(status).as("%s%n%s", asked, answer).isNotEqualTo(500);
    if (status >= 400) {
      assertThat(answer).as(asked).contains("\"code\":\"TL-", "application/problem+json");
    }
  }

  private static byte[] request(FuzzedDataProvider data) {
    var head = new ByteArrayOutputStream();
    put(head, data.pickValue(METHODS) + ' ' + data.pickValue(PATHS));
    put(head, line(data, 40));
    if (data.consumeBoolean()) {
      put(head, "?" + data.pickValue(QUERIES) + line(data, 40));
    }
    put(head, " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    for (int headers = data.consumeInt(0, 3); headers > 0; headers--) {
      put(head, data.pickValue(HEADERS) + line(data, 60) + "\r\n");
    }
    var body = data.consumeRemainingAsBytes();
    put(head, "Content-Length: " + body.length + "\r\n\r\n");
    head.writeBytes(body);
    return head.toByteArray();
  }

  /** Any bytes that do not end the line: who sends those has sent another request. */
  private static String line(FuzzedDataProvider data, int max) {
    var bytes = data.consumeBytes(data.consumeInt(0, max));
    return new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[\r\n ]", "");
  }

  private static void put(ByteArrayOutputStream to, String text) {
    to.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String send(byte[] request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket.setSoTimeout(TIMEOUT_MS);
      socket.getOutputStream().write(request);
      return read(socket.getInputStream());
    }
  }

  private static String read(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    var length = LENGTH.matcher(head);
    int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
    return head + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
  }
}
