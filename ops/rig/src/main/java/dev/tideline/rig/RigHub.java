package dev.tideline.rig;

import dev.tideline.client.HubClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The hub of a rig. */
public final class RigHub implements AutoCloseable {

  private static final String MAIN_CLASS = "dev.tideline.hub.HubMain";

  /** Loopback: an answer that takes longer is as good as none. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final NodeProcess process;
  private final Path data;
  private final int grpcPort;
  private final String adminUrl;
  private final HubClient client;

  private RigHub(NodeProcess process, Path data, int grpcPort, String adminUrl) {
    this.process = process;
    this.data = data;
    this.grpcPort = grpcPort;
    this.adminUrl = adminUrl;
    this.client = new HubClient(adminUrl, TIMEOUT);
  }

  static RigHub create(RigConfig config) {
    int grpcPort = RigPorts.or(config.ports().hubGrpc());
    int adminPort = RigPorts.or(config.ports().hubAdmin());
    var data = config.directory().resolve("hub");
    var settings = new ArrayList<>(config.settings());
    settings.addAll(
        List.of(
            "data.dir=" + data,
            "bind=127.0.0.1",
            "grpc.port=" + grpcPort,
            "admin.port=" + adminPort));
    var process =
        new NodeProcess(
            "hub",
            JvmCommand.of(MAIN_CLASS, config.jvmFlagsOf("hub"), settings),
            config.directory().resolve("hub.log"));
    return new RigHub(process, data, grpcPort, "http://127.0.0.1:" + adminPort);
  }

  /** Its process. */
  public NodeProcess process() {
    return process;
  }

  /** Where its data lie. */
  public Path data() {
    return data;
  }

  /** Where edges connect. */
  public int grpcPort() {
    return grpcPort;
  }

  /** Where operators look. */
  public String adminUrl() {
    return adminUrl;
  }

  /** A client of the admin port. */
  public HubClient client() {
    return client;
  }

  /**
   * A further process of the same kind, not started, with the same settings but those given here.
   * It belongs to the caller.
   */
  public NodeProcess another(String name, List<String> settings) {
    return process.another(name, settings);
  }

  /** Waits until it serves. */
  public void awaitReady() {
    process.awaitReady(client::ready, Rig.START_PATIENCE);
  }

  @Override
  public void close() {
    process.close();
    client.close();
  }
}
