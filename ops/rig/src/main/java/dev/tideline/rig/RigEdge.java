package dev.tideline.rig;

import dev.tideline.client.EdgeClient;
import java.nio.file.Path;
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
  private final Path data;
  private final int hubPort;
  private final LinkProxy link;
  private final String url;
  private final int grpcPort;
  private final EdgeClient client;

  private RigEdge(String id, NodeProcess process, Path data, int hubPort, Ports ports) {
    this.id = id;
    this.process = process;
    this.data = data;
    this.hubPort = hubPort;
    this.link = ports.link();
    this.url = "http://127.0.0.1:" + ports.http();
    this.grpcPort = ports.grpc();
    this.client = new EdgeClient(url, TIMEOUT);
  }

  static RigEdge create(RigConfig config, String id, RigHub hub) {
    int number = config.edgeIds().indexOf(id);
    int httpPort = config.ports().edgeHttp(number);
    int grpcPort = config.ports().edgeGrpc(number);
    var link = LinkProxy.to(hub.grpcPort());
    var data = config.directory().resolve("edge-" + id);
    var settings = new ArrayList<>(config.settings());
    settings.addAll(config.edgeSettings());
    settings.addAll(
        List.of(
            "edge.id=" + id,
            "data.dir=" + data,
            "bind=127.0.0.1",
            "hub=" + (config.linked() ? link.address() : "127.0.0.1:" + hub.grpcPort()),
            "grpc.port=" + grpcPort,
            "http.port=" + httpPort));
    var process =
        new NodeProcess(
            "edge " + id,
            JvmCommand.of(MAIN_CLASS, config.jvmFlagsOf("edge-" + id), settings),
            config.directory().resolve("edge-" + id + ".log"));
    return new RigEdge(id, process, data, hub.grpcPort(), new Ports(link, httpPort, grpcPort));
  }

  /** Where it listens, and the link it dials. */
  private record Ports(LinkProxy link, int http, int grpc) {}

  /**
   * Another edge of the same id on a directory of its own, with a link of its own, not started. It
   * belongs to the caller.
   *
   * @param name for messages and its output
   */
  public RigEdge twin(String name, Path directory) {
    var ports = new Ports(LinkProxy.to(hubPort), FreePorts.next(), FreePorts.next());
    var twin =
        process.another(
            name,
            List.of(
                "data.dir=" + directory,
                "hub=" + ports.link().address(),
                "grpc.port=" + ports.grpc(),
                "http.port=" + ports.http()));
    return new RigEdge(id, twin, directory, hubPort, ports);
  }

  /** Where its data lie. */
  public Path data() {
    return data;
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
