package dev.tideline.benchmarks;

import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.uplink.UplinkState;
import dev.tideline.rig.Rig;
import dev.tideline.runtime.SettingsReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An edge in this JVM, through the interface that everybody has. */
final class EmbeddedEdge {

  private EmbeddedEdge() {}

  /** Settings of an edge beside a rig's hub, without a link between. */
  static List<String> settings(String id, Path directory, int hubPort) {
    var settings = new ArrayList<>(Bench.NODE_SETTINGS);
    settings.addAll(
        List.of(
            "edge.id=" + id,
            "data.dir=" + directory.resolve("edge-" + id),
            "hub=127.0.0.1:" + hubPort,
            "http.port=0",
            "grpc.port=0"));
    return settings;
  }

  /** Starts one; returns when it is connected. */
  static EdgeNode start(String id, Rig rig) {
    return start(settings(id, rig.directory(), rig.hub().grpcPort()));
  }

  static EdgeNode start(List<String> settings) {
    var given = SettingsReader.parseArguments(settings.toArray(String[]::new));
    var node = EdgeNode.start(EdgeConfig.read(given, Map.of()));
    Workload.await(
        () ->
            node.status().catalog().known()
                && node.status().hub().state() == UplinkState.CONNECTED);
    return node;
  }
}
