package dev.tideline.hub;

import dev.tideline.runtime.ServerProcess;
import dev.tideline.runtime.SettingsReader;

/** The hub's process: settings as {@code key=value} arguments, then the environment. */
public final class HubMain {

  private HubMain() {}

  /** Runs a hub until the process is told to stop. */
  public static void main(String[] args) {
    ServerProcess.run("hub", () -> start(args));
  }

  private static CoreHub start(String[] args) {
    var config = HubConfig.read(SettingsReader.parseArguments(args), System.getenv());
    ServerProcess.named("hub");
    var hub = CoreHub.start(config);
    System.out.printf(
        "hub ready: grpc %s:%d admin http://%s:%d%n",
        config.bind(), hub.grpcPort(), config.bind(), hub.adminPort());
    System.out.flush();
    return hub;
  }
}
