package dev.tideline.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.model.Durability;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole edge beside a collector of traces that takes connections and never answers. */
class HangingCollectorTest {

  /** More than the queue of spans holds, and the batch under way. */
  private static final int WRITES = 8_000;

  private static final Pattern DROPPED =
      Pattern.compile("tideline_otlp_spans_total\\{result=\"dropped\"} ([0-9]+)");

  @TempDir private Path directory = Path.of("");

  @Test
  @Timeout(120)
  void costsSpansThatAreCountedAndNeitherWritesNorTheEndOfTheEdge() throws IOException {
    try (var collector = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var hub = new ScriptedHub()) {
      var url = "http://127.0.0.1:" + collector.getLocalPort();
      var node = EdgeNodes.start("a", directory, hub.port(), "otlp.url", url);
      Awaitility.await().until(() -> node.status().catalog().known());

      long begunNs = System.nanoTime();
      for (int i = 0; i < WRITES; i++) {
        assertThat(node.write(put(i))).isInstanceOf(WriteResult.Acknowledged.class);
      }
      var took = Duration.ofNanos(System.nanoTime() - begunNs);
      assertThat(took).as("a write waits for no collector").isLessThan(Duration.ofSeconds(30));
      var metrics = HttpCalls.send(node, "GET", "/metrics", "").body();
      var dropped = DROPPED.matcher(metrics);
      assertThat(dropped.find()).as(metrics).isTrue();
      assertThat(Integer.parseInt(dropped.group(1))).isPositive();

      long closingNs = System.nanoTime();
      node.close();
      assertThat(Duration.ofNanos(System.nanoTime() - closingNs))
          .as("an edge that stops waits for no collector, either")
          .isLessThan(Duration.ofSeconds(20));
    }
  }

  private static WriteRequest put(int i) {
    var key = new QualifiedKey("players", Key.of("z/" + i % 100));
    var value = ByteString.copyFromUtf8("v" + i);
    var put = new Operation.Put(key, value, "text/plain", Precondition.NONE, 0);
    return WriteRequest.of(put).withAck(Durability.MEMORY);
  }
}
