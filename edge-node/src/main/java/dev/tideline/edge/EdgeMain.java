package dev.tideline.edge;

import dev.tideline.runtime.ServerProcess;
import dev.tideline.runtime.SettingsReader;

/** The edge as a process: {@code edge.id=a data.dir=… hub=…}. */
public final class EdgeMain {

  private EdgeMain() {}

  public static void main(String[] args) {
    ServerProcess.run("edge", () -> start(args));
  }

  private static EdgeNode start(String... args) {
    var config = EdgeConfig.read(SettingsReader.parseArguments(args), System.getenv());
    ServerProcess.named("edge " + config.edge());
    var node = EdgeNode.start(config);
    System.out.printf(
        "edge %s ready: grpc %s http %s hub %s%n",
        config.edge(), node.grpcAddress(), node.httpAddress(), config.hub());
    return node;
  }
}
