package dev.tideline.cli;

import dev.tideline.client.EdgeClient;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options of every command that talks to an edge. */
public final class EdgeOptions {

  /** Where the first edge of an installation on this machine listens. */
  public static final String DEFAULT_EDGE = "http://127.0.0.1:7411";

  /** For an answer; longer where a write says so. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @Option(
      names = "--edge",
      paramLabel = "URL",
      defaultValue = DEFAULT_EDGE,
      description = "HTTP address of the edge (default: ${DEFAULT-VALUE}).")
  private String edge = DEFAULT_EDGE;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  /** A client of the edge. */
  public EdgeClient client() {
    return new EdgeClient(edge, TIMEOUT);
  }

  /** Whether to print JSON. */
  public boolean json() {
    return json;
  }

  /** What to do if the edge does not answer. */
  public String advice() {
    return "is an edge running there? Start one with 'tideline edge', or name another with --edge";
  }
}
