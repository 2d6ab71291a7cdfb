package dev.tideline.drills.crash;

import dev.tideline.client.EdgeClient;
import dev.tideline.client.HubClient;
import dev.tideline.drills.check.Installation;
import dev.tideline.drills.check.Installation.NamedEdge;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.CoreHub;
import dev.tideline.hub.HubConfig;
import dev.tideline.rig.LinkProxy;
import dev.tideline.store.LogEnvironment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A real hub and real edges in this process, each in its own directory below one, speaking over
 * loopback through one link.
 */
final class Site implements AutoCloseable {
  static final String HUB = "hub";
  static final List<String> EDGES = List.of("a", "b");

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** As often as can be set, so that images meet checkpoints that begin and end. */
  private static final String CHECKPOINT_BYTES = Integer.toString(1 << 20);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final LinkProxy link;
  private final Installation installation;

  /**
   * Starts everything.
   *
   * @param disks by name of a node
   * @param linked whether the link is up
   * @throws dev.tideline.store.LogOpenException if a disk is not fit to be used
   */
  Site(Path root, Function<String, LogEnvironment> disks, boolean linked) {
    try {
      var hub = keep(CoreHub.start(hubConfig(root.resolve(HUB)), disks.apply(HUB)));
      link = keep(LinkProxy.to(hub.grpcPort()));
      if (!linked) {
        link.cut();
      }
      var edges = new ArrayList<NamedEdge>();
      for (var id : EDGES) {
        var config = edgeConfig(id, root.resolve(id), link.address());
        var edge = keep(EdgeNode.start(config, disks.apply(id)));
        edges.add(new NamedEdge(id, keep(new EdgeClient(edge.httpAddress(), TIMEOUT))));
      }
      var admin = "http://127.0.0.1:" + hub.adminPort();
      installation = new Installation(keep(new HubClient(admin, TIMEOUT)), edges);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  Installation installation() {
    return installation;
  }

  /** Lets the edges reach the hub. */
  void connect() {
    link.heal();
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("a node does not close: " + e, e);
      }
    }
  }

  private <T extends AutoCloseable> T keep(T resource) {
    opened.push(resource);
    return resource;
  }

  private static HubConfig hubConfig(Path directory) {
    return HubConfig.read(
        Map.of(
            "data.dir", directory.toString(),
            "grpc.port", "0",
            "admin.port", "0",
            "heartbeat.interval-ms", "100",
            "log.generation-bytes", Integer.toString(36 << 20),
            "checkpoint.log-bytes", CHECKPOINT_BYTES,
            "table.entries-max", "10000"),
        Map.of());
  }

  private static EdgeConfig edgeConfig(String id, Path directory, String hub) {
    return EdgeConfig.read(
        Map.of(
            "edge.id",
            id,
            "data.dir",
            directory.toString(),
            "hub",
            hub,
            "grpc.port",
            "0",
            "http.port",
            "0",
            "log.generation-bytes",
            Integer.toString(20 << 20),
            "checkpoint.log-bytes",
            CHECKPOINT_BYTES,
            "table.entries-max",
            "10000"),
        Map.of());
  }
}
