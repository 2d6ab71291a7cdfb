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
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.rig.LinkProxy;
import dev.tideline.runtime.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that exist twice, or come back as they were before; real nodes over real gRPC. */
final class CopiesIT {

  private static final String GENERATION_BYTES = Long.toString(64L << 20);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory = Path.of("");

  @Test
  void aSecondCopyOfAnEdgeFencesTheFirst() {
    try (var hub = hub("hub", 0);
        var first = edge("a", "one", hub.grpcPort())) {
      connected(first);
      assertThat(first.write(put("z1/k", "v"))).isInstanceOf(WriteResult.Acknowledged.class);
      try (var second = edge("a", "two", hub.grpcPort())) {
        connected(second);
        await().atMost(PATIENCE).until(() -> state(first) == UplinkState.FENCED);
        await().atMost(PATIENCE).until(() -> refused(first) == ErrorCode.FENCED);
        assertThat(value(first, "z1/k")).isEqualTo("v");
        await().atMost(PATIENCE).until(() -> value(second, "z1/k").equals("v"));
        assertThat(second.write(put("z1/k", "w"))).isInstanceOf(WriteResult.Acknowledged.class);
      }
    }
  }

  @Test
  void whatTheFencedCopyHasAcknowledgedIsBroughtAndItStaysFenced() {
    try (var hub = hub("hub", 0);
        var link = LinkProxy.to(hub.grpcPort());
        var first = edge("a", "one", link.port())) {
      connected(first);
      link.cut();
      await().atMost(PATIENCE).until(() -> state(first) != UplinkState.CONNECTED);
      add(first, "z1/k", 3);
      add(first, "z2/k", 4);
      assertThat(first.status().backlog().count()).isEqualTo(2);
      try (var second = edge("a", "two", hub.grpcPort())) {
        connected(second);
        link.heal();
        await().atMost(PATIENCE).until(() -> sum(second, "z1/k") == 3 && sum(second, "z2/k") == 4);
        await().atMost(PATIENCE).until(() -> first.status().backlog().count() == 0);
        assertThat(state(first)).isEqualTo(UplinkState.FENCED);
        assertThat(refused(first)).isEqualTo(ErrorCode.FENCED);
        assertThat(first.status().hub().detail()).contains("everything that was acknowledged");
        assertThat(state(second)).isEqualTo(UplinkState.CONNECTED);
        add(second, "z1/k", 1);
        await().atMost(PATIENCE).until(() -> second.status().backlog().count() == 0);
        assertThat(sum(second, "z1/k")).isEqualTo(4);
      }
    }
  }

  @Test
  void aRequestRepeatedAtAnotherEdgeCountsOnceAndNamesTheFirst() {
    try (var hub = hub("hub", 0);
        var a = edge("a", "a", hub.grpcPort());
        var b = edge("b", "b", hub.grpcPort())) {
      connected(a);
      connected(b);
      var add = new Operation.Add(key("inventory", "z1/k"), 5, Precondition.NONE, 0);
      var request = WriteRequest.of(add).withKey("scan-1").withAck(Durability.HUB);
      var first = (WriteResult.Acknowledged) a.write(request);
      var again = (WriteResult.Acknowledged) b.write(request);
      var verdict = again.verdict().orElseThrow();
      assertThat(verdict.verdict()).isEqualTo(Verdict.DUPLICATE);
      assertThat(verdict.first()).contains(first.receipt().id());
      for (var edge : new EdgeNode[] {a, b}) {
        await().atMost(PATIENCE).until(() -> sum(edge, "z1/k") == 5);
        assertThat(edge.receipt(again.receipt())).isInstanceOf(ReceiptState.Decided.class);
        assertThat(edge.receipt(first.receipt())).isInstanceOf(ReceiptState.Decided.class);
      }
    }
  }

  private CoreHub hub(String name, int port) {
    return CoreHub.start(
        HubConfig.read(
            Map.of(
                "data.dir",
                directory.resolve(name).toString(),
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

  private EdgeNode edge(String id, String name, int hubPort) {
    return EdgeNode.start(
        EdgeConfig.read(
            Map.of(
                "edge.id",
                id,
                "data.dir",
                directory.resolve("edge-" + name).toString(),
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

  private static void connected(EdgeNode edge) {
    await().atMost(PATIENCE).until(() -> state(edge) == UplinkState.CONNECTED);
    await().atMost(PATIENCE).until(() -> edge.status().catalog().known());
  }

  private static UplinkState state(EdgeNode edge) {
    return edge.status().hub().state();
  }

  private static ErrorCode refused(EdgeNode edge) {
    return edge.write(put("z1/k", "late")) instanceof WriteResult.Refused refused
        ? refused.refusal().code()
        : ErrorCode.INTERNAL;
  }

  private static QualifiedKey key(String namespace, String text) {
    return new QualifiedKey(namespace, Key.of(text));
  }

  private static void add(EdgeNode edge, String text, long delta) {
    var operation = new Operation.Add(key("inventory", text), delta, Precondition.NONE, 0);
    assertThat(edge.write(WriteRequest.of(operation))).isInstanceOf(WriteResult.Acknowledged.class);
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

  private static String value(EdgeNode edge, String text) {
    return edge.read(key("players", text)) instanceof ReadResult.Read read
            && read.reading().state() instanceof State.Register register
        ? register.version().value().toStringUtf8()
        : "";
  }

  private static long sum(EdgeNode edge, String text) {
    return edge.read(key("inventory", text)) instanceof ReadResult.Read read
            && read.reading().state() instanceof State.Counter counter
        ? counter.sum()
        : 0;
  }
}
