package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.uplink.UplinkState;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.model.Durability;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.SizeLimits;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.runtime.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The largest values, through real nodes over real gRPC. */
final class LargeValuesIT {

  private static final String GENERATION_BYTES = Long.toString(40L << 20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory = Path.of("");

  @BeforeEach
  void declareNamespaces() throws IOException {
    Files.writeString(
        directory.resolve("catalog.yaml"),
        "namespaces:\n  worlds: {type: register, max-value-bytes: 1048576}\n");
  }

  @Test
  void theLargestValueReachesTheOtherEdgeIsFoughtOverAndSurvivesRestarts() {
    int port;
    ByteString decided;
    try (var hub = hub(0)) {
      port = hub.grpcPort();
      try (var a = edge("a", port);
          var b = edge("b", port)) {
        connected(a);
        connected(b);
        verdict(a, value('1'));
        await().atMost(PATIENCE).until(() -> holds(b, value('1')));
      }
    }
    // Apart from each other's writes both overwrite it: the hub decides a conflict of the two.
    try (var a = edge("a", port);
        var b = edge("b", port)) {
      acknowledged(a, value('2'));
      acknowledged(b, value('3'));
      try (var again = hub(port)) {
        connected(a);
        connected(b);
        await().atMost(PATIENCE).until(() -> a.status().backlog().count() == 0);
        await().atMost(PATIENCE).until(() -> b.status().backlog().count() == 0);
        assertThat(again.grpcPort()).isEqualTo(port);
        await().atMost(PATIENCE).until(() -> read(a).equals(read(b)));
        decided = read(a);
        assertThat(decided).isIn(value('2'), value('3'));
      }
    }
    try (var hub = hub(port);
        var a = edge("a", port)) {
      assertThat(read(a)).isEqualTo(decided);
      connected(a);
      try (var fresh = edge("c", hub.grpcPort())) {
        await().atMost(PATIENCE).until(() -> holds(fresh, decided));
      }
    }
  }

  @Test
  void aValueThatIsOneByteTooLargeIsRefused() {
    try (var hub = hub(0);
        var a = edge("a", hub.grpcPort())) {
      connected(a);
      var refused =
          (WriteResult.Refused) a.write(put(value('1').concat(ByteString.copyFrom(new byte[1]))));
      assertThat(refused.refusal().code()).isEqualTo(ErrorCode.TOO_LARGE);
    }
  }

  private static ByteString value(char filledWith) {
    var bytes = new byte[SizeLimits.VALUE_BYTES_MAX];
    java.util.Arrays.fill(bytes, (byte) filledWith);
    return ByteString.copyFrom(bytes);
  }

  private static WriteRequest put(ByteString value) {
    return WriteRequest.of(
        new Operation.Put(key(), value, "application/octet-stream", Precondition.NONE, 0));
  }

  private static QualifiedKey key() {
    return new QualifiedKey("worlds", Key.of("z1/terrain"));
  }

  private static void acknowledged(EdgeNode edge, ByteString value) {
    assertThat(edge.write(put(value))).isInstanceOf(WriteResult.Acknowledged.class);
  }

  private static void verdict(EdgeNode edge, ByteString value) {
    var result = (WriteResult.Acknowledged) edge.write(put(value).withAck(Durability.HUB));
    assertThat(result.verdict().orElseThrow().verdict()).isEqualTo(Verdict.APPLIED);
  }

  private static boolean holds(EdgeNode edge, ByteString value) {
    return read(edge).equals(value);
  }

  private static ByteString read(EdgeNode edge) {
    return edge.read(key()) instanceof ReadResult.Read read
            && read.reading().state() instanceof State.Register register
        ? register.version().value()
        : ByteString.EMPTY;
  }

  private static void connected(EdgeNode edge) {
    await().atMost(PATIENCE).until(() -> edge.status().hub().state() == UplinkState.CONNECTED);
  }

  private CoreHub hub(int port) {
    return CoreHub.start(
        HubConfig.read(
            Map.of(
                "data.dir",
                directory.resolve("hub").toString(),
                "catalog.file",
                directory.resolve("catalog.yaml").toString(),
                "grpc.port",
                Integer.toString(port),
                "admin.port",
                "0",
                "heartbeat.interval-ms",
                "100",
                "log.generation-bytes",
                GENERATION_BYTES),
            Map.of()));
  }

  private EdgeNode edge(String id, int hubPort) {
    return EdgeNode.start(
        EdgeConfig.read(
            Map.of(
                "edge.id",
                id,
                "data.dir",
                directory.resolve("edge-" + id).toString(),
                "hub",
                "127.0.0.1:" + hubPort,
                "http.port",
                "0",
                "grpc.port",
                "0",
                "log.generation-bytes",
                GENERATION_BYTES),
            Map.of()));
  }
}
