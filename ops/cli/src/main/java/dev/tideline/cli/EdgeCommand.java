package dev.tideline.cli;

import dev.tideline.edge.EdgeMain;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs an edge in this process. */
@Command(
    name = "edge",
    mixinStandardHelpOptions = true,
    header = "Run an edge.",
    description = {
      "Runs until it is told to stop (Ctrl-C, SIGTERM). Prints where it listens once it is ready. "
          + "It needs the hub only for its very first start; afterwards it serves with or without."
    },
    footer = {"", "Example: tideline edge --id lisbon --hub 10.0.0.5:7400"})
final class EdgeCommand implements Callable<Integer> {

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Its name, unique in the installation: lower case, digits and dashes.")
  private @Nullable String id;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where it keeps its data (default: ~/.local/state/tideline/edge-ID).")
  private @Nullable Path data;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: 127.0.0.1).")
  private @Nullable String bind;

  @Option(
      names = "--hub",
      paramLabel = "HOST:PORT",
      description = "The hub (default: 127.0.0.1:7400).")
  private @Nullable String hub;

  @Option(
      names = "--http-port",
      paramLabel = "N",
      description = "Where clients connect over HTTP (default: 7411).")
  private @Nullable String httpPort;

  @Option(
      names = "--grpc-port",
      paramLabel = "N",
      description = "gRPC port for clients, 0 for any (default: 7401).")
  private @Nullable String grpcPort;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting of the configuration table; may be repeated.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    EdgeMain.main(settings().toArguments());
    return ExitStatus.DONE;
  }

  Settings settings() {
    return new Settings()
        .put("edge.id", id)
        .put("data.dir", data)
        .put("bind", bind)
        .put("hub", hub)
        .put("grpc.port", grpcPort)
        .put("http.port", httpPort)
        .putAll(set);
  }
}
