package dev.tideline.edge;

import java.nio.file.Path;
import java.util.Map;

/** Edges for tests: small logs, any port. */
final class EdgeNodes {

  private EdgeNodes() {}

  static EdgeNode start(String id, Path directory, int hubPort) {
    return EdgeNode.start(
        EdgeConfig.read(
            Map.of(
                "edge.id",
                id,
                "data.dir",
                directory.resolve(id).toString(),
                "hub",
                "127.0.0.1:" + hubPort,
                "http.port",
                "0",
                "grpc.port",
                "0",
                "log.generation-bytes",
                Long.toString(20L << 20),
                "log.reserve-bytes",
                "0",
                "table.entries-max",
                "10000"),
            Map.of()));
  }
}
