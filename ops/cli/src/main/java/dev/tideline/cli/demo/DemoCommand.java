package dev.tideline.cli.demo;

import dev.tideline.cli.DurationConverter;
import dev.tideline.cli.Failures;
import dev.tideline.drills.load.ScanFile;
import dev.tideline.drills.load.ScanFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows everything at once, and proves it. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    header = "Watch writes survive a lost link and killed processes, and have it proved.",
    description = {
      "Starts a hub and edges as processes on this machine. Warehouse scanners add stock and game"
          + " servers read and update players at their edge. Half-way an edge loses its link for a"
          + " quarter of the time and goes on; then an edge and the hub are killed (SIGKILL) and"
          + " started again. In the end every key is read from every process and compared, every"
          + " acknowledged write is asked after, and every counter is held against the scans.",
      "",
      "Exit status 0 only if all nodes agree, nothing was lost and nothing counted twice. The data"
          + " lie in a temporary directory (1 GB or so), which is removed unless something was"
          + " wrong."
    },
    footer = {
      "",
      "Examples: tideline demo",
      "          tideline demo --duration 1m --edges 3 --report demo.json",
      "          tideline demo --scans online-retail.csv.gz"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final Duration DURATION_LEAST = Duration.ofSeconds(4);
  private static final Duration DURATION_MOST = Duration.ofHours(24);
  private static final int EDGES_LEAST = 2;
  private static final int EDGES_MOST = 8;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      defaultValue = "20s",
      converter = DurationConverter.class,
      description = "How long there is traffic, such as 20s or 2m (default: ${DEFAULT-VALUE}).")
  private Duration duration = Duration.ofSeconds(20);

  @Option(
      names = "--edges",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many edges, " + EDGES_LEAST + " to " + EDGES_MOST + " (default: 2).")
  private int edges = EDGES_LEAST;

  @Option(
      names = "--scans",
      paramLabel = "FILE.csv[.gz]",
      description = {
        "Takes the scanners' traffic from a file with the columns",
        "invoice,line,stock_code,quantity,country; it takes as long as the file needs."
      })
  private @Nullable Path scans;

  @Option(
      names = "--report",
      paramLabel = "FILE.json",
      description = "Writes the outcome there, too.")
  private @Nullable Path report;

  @Option(
      names = "--otlp",
      paramLabel = "URL",
      description = "Sends traces of all writes there, such as http://127.0.0.1:4318.")
  private @Nullable URI otlp;

  @Override
  public Integer call() throws IOException {
    var command = spec.commandLine();
    if (edges < EDGES_LEAST || edges > EDGES_MOST) {
      return Failures.usage(
          command, "--edges %d is not allowed: %d to %d".formatted(edges, EDGES_LEAST, EDGES_MOST));
    }
    if (duration.compareTo(DURATION_LEAST) < 0 || duration.compareTo(DURATION_MOST) > 0) {
      return Failures.usage(
          command,
          "--duration %d ms is not allowed: %d s to %d h"
              .formatted(duration.toMillis(), DURATION_LEAST.toSeconds(), DURATION_MOST.toHours()));
    }
    if (report != null && !isWritable(report)) {
      return Failures.usage(
          command, "--report %s: there is no directory that can be written to".formatted(report));
    }
    if (otlp != null && !List.of("http", "https").contains(String.valueOf(otlp.getScheme()))) {
      return Failures.usage(
          command, "--otlp %s: it begins with http:// or https://".formatted(otlp));
    }
    Optional<ScanFile> scanFile;
    try {
      scanFile = Optional.ofNullable(scans).map(ScanFile::read);
    } catch (ScanFileException e) {
      return Failures.usage(command, String.valueOf(e.getMessage()));
    }
    var demo =
        new Demo(
            new Demo.Plan(
                duration, edges, scanFile, Optional.ofNullable(report), Optional.ofNullable(otlp)),
            command.getOut(),
            UnaryOperator.identity());
    return demo.run() ? 0 : 1;
  }

  private static boolean isWritable(Path file) {
    var directory = file.toAbsolutePath().getParent();
    return directory != null && Files.isWritable(directory) && !Files.isDirectory(file);
  }
}
