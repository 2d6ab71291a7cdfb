package dev.tideline.cli.logs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which node's logs. */
final class DataDirectory {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The node's data directory (default: ~/.local/state/tideline/hub, or …/edge-a).")
  private @Nullable Path directory;

  /** The logs of the node that the command's parent stands for. */
  List<NodeLog> logs(CommandSpec spec) {
    var source = (LogSource) spec.parent().userObject();
    var data = directory == null ? source.usualData() : directory;
    var logs = source.logs(data);
    if (logs.stream().noneMatch(log -> Files.isDirectory(log.path()))) {
      throw new ParameterException(
          spec.commandLine(),
          "%s holds no %s: give the node's data directory with --data"
              .formatted(data, spec.parent().name()));
    }
    return logs.stream().filter(log -> Files.isDirectory(log.path())).toList();
  }
}
