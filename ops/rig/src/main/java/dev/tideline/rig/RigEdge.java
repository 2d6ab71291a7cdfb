package dev.tideline.rig;

import dev.tideline.client.EdgeClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An edge of a rig, and its link to the hub. */
public final class RigEdge implements AutoCloseable {

  private static final String MAIN_CLASS = "dev.tideline.edge.EdgeMain";

  /** Loopback: an answer that takes longer is as good as none, and repeated. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final String id;
  private final NodeProcess process;
  private final LinkProxy link;
  private final String url;
  private final int grpcPort;
  private final EdgeClient client;

  private RigEdge(String id, NodeProcess process, LinkProxy link, String url, int grpcPort) {
    this.id = id;
    this.process = process;
    this.link = link;
    this.url = url;
    this.grpcPort = grpcPort;
    this.client = new EdgeClient(url, TIMEOUT);
  }

  static RigEdge create(RigConfig config, String id, RigHub hub) {
    int number = config.edgeIds().indexOf(id);
    int httpPort = config.ports().edgeHttp(number);
    int grpcPort = config.ports().edgeGrpc(number);
    var link = LinkProxy.to(hub.grpcPort());
    var settings = new ArrayList<>(config.settings());
    settings.addAll(
        List.of(
            "edge.id=" + id,
            "data.dir=" + config.directory().resolve("edge-" + id),
            "bind=127.0.0.1",
            "hub=" + link.address(),
            "grpc.port=" + grpcPort,
            "http.port=" + httpPort));
    var process =
        new NodeProcess(
            "edge " + id,
            JvmCommand.of(MAIN_CLASS, config.jvmFlags(), settings),
            config.directory().resolve("edge-" + id + ".log"));
    return new RigEdge(id, process, link, "http://127.0.0.1:" + httpPort, grpcPort);
  }

  /** Its configured name. */
  public String id() {
    return id;
  }

  /** Its process. */
  public NodeProcess process() {
    return process;
  }

  /** Its link to the hub. */
  public LinkProxy link() {
    return link;
  }

  /** Its HTTP address. */
  public String url() {
    return url;
  }

  /** Its port for gRPC. */
  public int grpcPort() {
    return grpcPort;
  }

  /** A client of it, for any number of threads. */
  public EdgeClient client() {
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
    link.close();
    client.close();
  }
}
