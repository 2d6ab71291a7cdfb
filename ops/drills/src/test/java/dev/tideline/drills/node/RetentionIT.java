package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.add;
import static dev.tideline.drills.node.Edges.await;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.put;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.settle;
import static dev.tideline.drills.node.Edges.stock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.drills.Exposition;
import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.rig.LinkProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real logs that keep nothing beyond need, in the smallest generations there are: they give back
 * files while edges write, are sent changes late, and load snapshots.
 */
@Timeout(240)
final class RetentionIT {

  private static final String GENERATION_BYTES_OF_EDGE = Long.toString(20L << 20);
  private static final String GENERATION_BYTES_OF_HUB = Long.toString(36L << 20);
  private static final String CHECKPOINT_BYTES = Long.toString(1L << 20);
  private static final int KEYS = 100;
  private static final int VALUE_BYTES = 64 * 1024;

  /** Far enough behind a busy hub to be sent from its files. */
  private static final Duration SLOW = Duration.ofMillis(250);

  private static final String FIRST_AT_HUB = "tideline_hub_changelog_first_record";
  private static final String LAST_AT_HUB = "tideline_hub_changelog_records";

  private static final String CONNECTIONS = "tideline_edge_hub_connections_total";

  @TempDir private Path directory = Path.of("");
  private int round;

  @Test
  void filesThatAreGivenBackUnderARunningInstallationAreMissedByNobody() {
    int port;
    try (var hub = hub(0);
        var link = LinkProxy.to(hub.grpcPort());
        var proxy = new FrameProxy(hub.grpcPort())) {
      port = hub.grpcPort();
      try (var writer = edge("writer", port);
          var lagging = edge("lagging", link.port())) {
        await(() -> lagging.status().catalog().known());
        leaveEarly(writer, port);
        double left = metric(hub, LAST_AT_HUB);
        link.delay(SLOW);
        writeUntil(writer, () -> metric(hub, FIRST_AT_HUB) > left + 1);
        try (var late = edge("late", proxy.port())) {
          writeUntil(writer, () -> read(late, player("early/1")).equals("later"));
          assertThat(proxy.requests()).as("snapshots asked for").isNotEmpty();
          writeUntil(writer, () -> hasGivenBack(writer, "journal"));
          writeUntil(writer, () -> hasGivenBack(writer, "apply") && hasGivenBack(late, "apply"));
          link.heal();
          settle(writer);
          check(List.of(writer, lagging, late));
          assertThat(Exposition.at(lagging.httpAddress()).value(CONNECTIONS))
              .as("what it had yet to be sent was not given back")
              .isEqualTo(1);
        }
      }
    }
    restartAll(port);
  }

  /** It dials again and again, and what the hub sends it never arrives. */
  @Test
  void anEdgeThatReadsNothingDoesNotHoldTheLogAndConvergesBySnapshot() {
    try (var hub = hub(0, "log.pinned-bytes", CHECKPOINT_BYTES);
        var link = LinkProxy.to(hub.grpcPort());
        var proxy = new FrameProxy(link.port());
        var writer = edge("writer", hub.grpcPort());
        var prompt = edge("prompt", hub.grpcPort());
        var slow = edge("slow", proxy.port())) {
      await(() -> writer.status().catalog().known());
      put(writer, "early/1", "later");
      add(writer, "early/sum", 5);
      await(() -> read(slow, player("early/1")).equals("later"));
      double left = metric(hub, LAST_AT_HUB);
      link.stall(LinkProxy.Way.TO_EDGE);
      writeUntil(writer, () -> metric(hub, FIRST_AT_HUB) > left + 1);
      assertThat(metric(hub, "tideline_hub_changelog_evicted_total")).isPositive();
      assertThat(proxy.requests()).isEmpty();
      link.heal();
      settle(writer);
      check(List.of(writer, prompt, slow));
      assertThat(proxy.requests()).as("snapshots asked for").isNotEmpty();
      assertThat(Exposition.at(prompt.httpAddress()).value(CONNECTIONS)).isEqualTo(1);
    }
  }

  /** An edge learns something, is left alone with the hub away, writes, and stops. */
  private void leaveEarly(EdgeNode writer, int port) {
    put(writer, "early/1", "early");
    try (var late = edge("late", port)) {
      await(() -> read(late, player("early/1")).equals("early"));
    }
    try (var late = edge("late", 1)) {
      add(late, "early/sum", 5);
    }
    put(writer, "early/1", "later");
    settle(writer);
  }

  private void restartAll(int port) {
    try (var hub = hub(port)) {
      assertThat(metric(hub, FIRST_AT_HUB)).isGreaterThan(1);
      assertThat(metric(hub, "tideline_hub_start_checkpoint_record")).isPositive();
      var nodes = new ArrayList<EdgeNode>();
      try {
        for (var id : List.of("writer", "lagging", "late", "fresh")) {
          nodes.add(edge(id, port));
        }
        var writer = nodes.getFirst();
        writeUntil(writer, () -> true);
        settle(writer);
        check(nodes);
      } finally {
        nodes.forEach(EdgeNode::close);
      }
    }
  }

  private interface Condition {
    boolean holds();
  }

  /** Writes all keys once more, again and again. */
  private void writeUntil(EdgeNode writer, Condition condition) {
    do {
      round++;
      for (int i = 0; i < KEYS; i++) {
        put(writer, "bulk/" + i, value(i));
      }
      add(writer, "early/sum", 1);
    } while (!condition.holds());
  }

  private String value(int key) {
    return "%08d".formatted(1_000 * round + key).repeat(VALUE_BYTES / 8);
  }

  private void check(List<EdgeNode> nodes) {
    for (var node : nodes) {
      await(() -> read(node, stock("early/sum")).equals(Integer.toString(round + 5)));
      for (int i = 0; i < KEYS; i++) {
        // Partitions of one moment come one after the other.
        int key = i;
        await(() -> read(node, player("bulk/" + key)).equals(value(key)));
      }
      assertThat(read(node, player("early/1"))).isEqualTo("later");
    }
  }

  private static boolean hasGivenBack(EdgeNode edge, String log) {
    var sample = "tideline_edge_log_first_record{log=\"%s\"}".formatted(log);
    return Exposition.at(edge.httpAddress()).value(sample) > 1;
  }

  private static double metric(CoreHub hub, String sample) {
    return Exposition.at("http://127.0.0.1:" + hub.adminPort()).value(sample);
  }

  private EdgeNode edge(String id, int port) {
    return Edges.start(
        id,
        directory,
        port,
        "log.generation-bytes",
        GENERATION_BYTES_OF_EDGE,
        "checkpoint.log-bytes",
        CHECKPOINT_BYTES,
        "journal.retained-bytes",
        "0",
        "journal.retained-minutes",
        "0");
  }

  private CoreHub hub(int port, String... further) {
    var settings = new HashMap<String, String>();
    settings.put("data.dir", directory.resolve("hub").toString());
    settings.put("grpc.port", Integer.toString(port));
    settings.put("admin.port", "0");
    settings.put("heartbeat.interval-ms", "300");
    settings.put("log.generation-bytes", GENERATION_BYTES_OF_HUB);
    settings.put("log.reserve-bytes", "0");
    settings.put("checkpoint.log-bytes", CHECKPOINT_BYTES);
    settings.put("log.retained-bytes", "0");
    settings.put("log.retained-minutes", "0");
    for (int i = 0; i < further.length; i += 2) {
      settings.put(further[i], further[i + 1]);
    }
    return CoreHub.start(HubConfig.read(settings, Map.of()));
  }
}
