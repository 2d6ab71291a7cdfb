package dev.tideline.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.uplink.UplinkState;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.StartException;
import dev.tideline.store.LogOpenException;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Healed;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.Position;
import dev.tideline.wire.v1.Refused;
import dev.tideline.wire.v1.Welcome;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole edge, on real logs and a real table, before a hub that says what the test wants. */
class EdgeNodeTest {

  private static final int NO_HUB = 1;

  @TempDir private Path directory = Path.of("");
  private final ScriptedHub hub = new ScriptedHub();

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void beforeItsFirstCatalogAnEdgeSaysThatItKnowsNone() {
    try (var node = EdgeNodes.start("a", directory, NO_HUB)) {
      var refused = (WriteResult.Refused) node.write(put("v"));
      assertThat(refused.refusal().code()).isEqualTo(ErrorCode.NO_CATALOG);
      assertThat(node.read(key())).isInstanceOf(ReadResult.Refused.class);
    }
  }

  @Test
  void anEdgeThatHasStartedOnceServesAndAcceptsWithoutAHub() {
    try (var node = EdgeNodes.start("a", directory, hub.port())) {
      await(() -> node.status().catalog().known());
      assertThat(node.write(put("first"))).isInstanceOf(WriteResult.Acknowledged.class);
    }
    hub.close();
    try (var node = EdgeNodes.start("a", directory, NO_HUB)) {
      assertThat(value(node)).isEqualTo("first");
      assertThat(node.write(put("second"))).isInstanceOf(WriteResult.Acknowledged.class);
      assertThat(value(node)).isEqualTo("second");
      assertThat(node.status().backlog().count()).isEqualTo(2);
    }
  }

  @Test
  void everyStartDrawsAHigherIncarnationAndRetainsTheOlder() {
    long first;
    try (var node = EdgeNodes.start("a", directory, hub.port())) {
      await(() -> node.status().catalog().known());
      node.write(put("v"));
      first = node.status().progress().incarnation();
    }
    try (var node = EdgeNodes.start("a", directory, hub.port())) {
      var progress = node.status().progress();
      assertThat(Long.compareUnsigned(progress.incarnation(), first)).isPositive();
      assertThat(progress.retained()).containsEntry(first, 1L);
    }
  }

  @Test
  void whatTheHubHasNotAcknowledgedIsSentAgain() {
    try (var node = EdgeNodes.start("a", directory, hub.port())) {
      await(() -> node.status().hub().state() == UplinkState.CONNECTED);
      node.write(put("v"));
      await(() -> batches() == 1);
      hub.say(error(Error.Code.SHUTTING_DOWN, true));
      await(() -> batches() == 2);
    }
  }

  private long batches() {
    return hub.heard().stream().filter(frame -> frame.hasMutationBatch()).count();
  }

  @Test
  void aFencedEdgeRefusesWritesAndGoesOnReading() {
    try (var node = EdgeNodes.start("a", directory, hub.port())) {
      await(() -> node.status().hub().state() == UplinkState.CONNECTED);
      node.write(put("v"));
      hub.say(error(Error.Code.FENCED, false));
      await(() -> node.status().hub().state() == UplinkState.FENCED);
      await(() -> node.write(put("w")) instanceof WriteResult.Refused);
      var refused = (WriteResult.Refused) node.write(put("w"));
      assertThat(refused.refusal().code()).isEqualTo(ErrorCode.FENCED);
      assertThat(value(node)).isEqualTo("v");
    }
  }

  @Test
  void anEdgeToldToHealServesOnAndSaysSo() {
    var heal =
        PartitionStart.newBuilder()
            .setPartition(3)
            .setHead(Position.newBuilder().setTerm(1).setRevision(5))
            .setHealFork(Position.newBuilder().setTerm(1).setRevision(5));
    try (var node = EdgeNodes.start("a", directory, hub.port())) {
      await(() -> node.status().catalog().known());
      hub.greetWith(hello -> ScriptedHub.welcome(Welcome.newBuilder().addStarts(heal)));
      hub.say(error(Error.Code.SHUTTING_DOWN, true));
      await(() -> node.status().hub().state() == UplinkState.HEALING);
      assertThat(node.status().hub().detail()).contains("set back").contains("1@5");
      assertThat(node.write(put("v"))).isInstanceOf(WriteResult.Acknowledged.class);
      hub.greetWith(hello -> ScriptedHub.welcome(Welcome.newBuilder()));
      hub.say(HubFrame.newBuilder().setHealed(Healed.getDefaultInstance()).build());
      await(() -> node.status().hub().state() == UplinkState.CONNECTED);
    }
  }

  @Test
  void aRefusalIsShownAndDiallingGoesOn() {
    var refused = Refused.newBuilder().setError(error(Error.Code.LAYOUT, false).getError());
    hub.greetWith(hello -> HubFrame.newBuilder().setRefused(refused).build());
    try (var node = EdgeNodes.start("a", directory, hub.port())) {
      await(() -> node.status().hub().state() == UplinkState.REFUSED);
      hub.greetWith(hello -> ScriptedHub.welcome(Welcome.newBuilder()));
      await(() -> node.status().hub().state() == UplinkState.CONNECTED);
    }
  }

  @Test
  void aDirectoryServesOneProcessAndOneEdge() {
    try (var node = EdgeNodes.start("a", directory, NO_HUB)) {
      assertThat(node.status().edge().text()).isEqualTo("a");
      assertThatThrownBy(() -> EdgeNodes.start("a", directory, NO_HUB))
          .isInstanceOf(LogOpenException.class)
          .hasMessageContaining("lock");
    }
    directory.resolve("a").toFile().renameTo(directory.resolve("b").toFile());
    assertThatThrownBy(() -> EdgeNodes.start("b", directory, NO_HUB))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("belongs to edge 'a'");
  }

  private static QualifiedKey key() {
    return new QualifiedKey("players", Key.of("z1/k"));
  }

  private static WriteRequest put(String value) {
    return WriteRequest.of(
        new Operation.Put(
            key(), ByteString.copyFromUtf8(value), "text/plain", Precondition.NONE, 0));
  }

  private static String value(EdgeNode node) {
    var read = (ReadResult.Read) node.read(key());
    return ((State.Register) read.reading().state()).version().value().toStringUtf8();
  }

  private static HubFrame error(Error.Code code, boolean retryable) {
    var error = Error.newBuilder().setCode(code).setRetryable(retryable).setText("said the test");
    return HubFrame.newBuilder().setError(error).build();
  }

  private static void await(java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }
}
