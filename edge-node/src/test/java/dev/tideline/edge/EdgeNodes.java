package dev.tideline.edge;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Edges for tests: small logs, any port. */
final class EdgeNodes {

  private EdgeNodes() {}

  /**
   * Starts one.
   *
   * @param settings keys and values, in turn
   */
  static EdgeNode start(String id, Path directory, int hubPort, String... settings) {
    var given = new HashMap<String, String>();
    given.put("edge.id", id);
    given.put("data.dir", directory.resolve(id).toString());
    given.put("hub", "127.0.0.1:" + hubPort);
    given.put("http.port", "0");
    given.put("grpc.port", "0");
    given.put("log.generation-bytes", Long.toString(20L << 20));
    given.put("log.reserve-bytes", "0");
    given.put("table.entries-max", "10000");
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return EdgeNode.start(EdgeConfig.read(given, Map.of()));
  }
}
