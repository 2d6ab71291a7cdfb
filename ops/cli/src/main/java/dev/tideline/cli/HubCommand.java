package dev.tideline.cli;

import dev.tideline.hub.HubMain;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a hub in this process. */
@Command(
    name = "hub",
    mixinStandardHelpOptions = true,
    header = "Run the hub.",
    description = {
      "Runs until it is told to stop (Ctrl-C, SIGTERM). Prints where it listens once it is ready."
    },
    footer = {"", "Example: tideline hub --data /srv/hub --bind 10.0.0.5"})
final class HubCommand implements Callable<Integer> {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where it keeps its data (default: ~/.local/state/tideline/hub).")
  private @Nullable Path data;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: 127.0.0.1).")
  private @Nullable String bind;

  @Option(
      names = "--grpc-port",
      paramLabel = "N",
      description = "Where edges connect (default: 7400).")
  private @Nullable String grpcPort;

  @Option(
      names = "--admin-port",
      paramLabel = "N",
      description = "Where operators look, over HTTP (default: 7480).")
  private @Nullable String adminPort;

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "Namespaces, in YAML (default: positions, players, inventory, shipments).")
  private @Nullable Path catalog;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "64, or 1 for a tiny installation; for good, at the first start.")
  private @Nullable String partitions;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Any setting of the configuration table; may be repeated.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Override
  public Integer call() throws Exception {
    HubMain.main(settings().toArguments());
    return ExitStatus.DONE;
  }

  Settings settings() {
    return new Settings()
        .put("data.dir", data)
        .put("bind", bind)
        .put("grpc.port", grpcPort)
        .put("admin.port", adminPort)
        .put("catalog.file", catalog)
        .put("partitions", partitions)
        .putAll(set);
  }
}
