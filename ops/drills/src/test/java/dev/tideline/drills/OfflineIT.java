package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tideline.client.Ack;
import dev.tideline.client.Bytes;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.Written;
import dev.tideline.drills.load.Scan;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An edge on its own. */
final class OfflineIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory = Path.of("");

  @Test
  @Timeout(120)
  void writesMadeWithTheLinkCutArriveWhenItIsBack() {
    try (var drill = new Drill(directory)) {
      var edge = drill.rig().edges().getFirst();
      try (var load = drill.load()) {
        edge.link().cut();
        drill.edges().getFirst().offline(true);
        Drill.awaitWrites(load, 500);
        drill.edges().getFirst().offline(false);
        edge.link().heal();
        assertThat(load.edges().getFirst().offlineWrites()).isPositive();
      }
      drill.prove();
    }
  }

  @Test
  @Timeout(120)
  void aLinkThatStallsSilentlyLosesNothing() {
    try (var drill = new Drill(directory)) {
      var edge = drill.rig().edges().getFirst();
      try (var load = drill.load()) {
        edge.link().stall();
        Drill.awaitWrites(load, 500);
        edge.link().heal();
        edge.link().delay(Duration.ofMillis(20));
        Drill.awaitWrites(load, 300);
        edge.link().heal();
        assertThat(load.edges()).hasSize(2);
      }
      drill.prove();
    }
  }

  @Test
  @Timeout(120)
  void anEdgeStartedWithoutItsHubServesWhatItHasAndTakesWrites() {
    try (var drill = new Drill(directory)) {
      var edge = drill.rig().edges().getFirst();
      var client = edge.client();
      var before = Write.put("players", "z/p", Bytes.utf8("before"), "text/plain");
      assertThat(client.write(before)).isInstanceOf(Reply.Ok.class);
      drill.rig().hub().process().kill();
      edge.process().kill();

      edge.process().start();
      edge.awaitReady();

      assertThat(client.get("players", "z/p").orThrow().bytes().text()).isEqualTo("before");
      var scan = new Scan("z/stock", 7, "offline-1");
      var add = Write.add("inventory", scan.key(), scan.delta(), scan.idempotencyKey());
      drill.ledger().touch(add);
      var written = client.write(add).orThrow();
      assertThat(written.ack()).isEqualTo(Ack.DISK);
      assertThat(client.write(add).map(Written::receipt))
          .isEqualTo(new Reply.Ok<>(written.receipt()));
      assertThat(client.get("inventory", "z/stock").orThrow().bytes().text()).isEqualTo("7");
      assertThat(client.node().orThrow().hubState()).isNotEqualTo("CONNECTED");
      drill.ledger().acknowledge(0, written);
      drill.ledger().count(scan);

      drill.rig().hub().process().start();
      drill.rig().hub().awaitReady();
      drill.prove();
    }
  }

  @Test
  @Timeout(120)
  void aSuspendedEdgeIsNotFreshAndCatchesUp() {
    try (var drill = new Drill(directory)) {
      var first = drill.rig().edges().getFirst();
      var second = drill.rig().edges().getLast();
      second.process().pause();
      var marker = Write.put("players", "z/p", Bytes.utf8("while suspended"), "text/plain");
      assertThat(first.client().write(marker)).isInstanceOf(Reply.Ok.class);
      second.process().resume();
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  second.client().get("players", "z/p") instanceof Reply.Ok<?>(var value)
                      && value instanceof dev.tideline.client.Value read
                      && read.bytes().text().equals("while suspended"));
      assertThat(first.process().terminate()).isIn(0, 143);
    }
  }
}
