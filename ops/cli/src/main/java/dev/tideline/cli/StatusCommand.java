package dev.tideline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tideline.client.EdgeClient;
import dev.tideline.client.HubClient;
import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows how an installation is. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    header = "Show how an edge and the hub are.",
    description = {
      "Without options both the edge and the hub of this machine; with --edge or --hub just those "
          + "that are named. Exit status 3 if one that was asked does not answer."
    },
    footer = {"", "Example: tideline status --hub http://10.0.0.5:7480"})
final class StatusCommand implements Callable<Integer> {
  private static final String DEFAULT_HUB = "http://127.0.0.1:7480";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--edge",
      paramLabel = "URL",
      description = "HTTP address of the edge (default: " + EdgeOptions.DEFAULT_EDGE + ").")
  private @Nullable String edge;

  @Option(
      names = "--hub",
      paramLabel = "ADMIN_URL",
      description = "Admin address of the hub (default: " + DEFAULT_HUB + ").")
  private @Nullable String hub;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    boolean both = edge == null && hub == null;
    var document = JsonNodeFactory.instance.objectNode();
    int status = ExitStatus.DONE;
    if (both || hub != null) {
      status = Math.max(status, askHub(hub == null ? DEFAULT_HUB : hub, document));
    }
    if (both || edge != null) {
      status = Math.max(status, askEdge(edge == null ? EdgeOptions.DEFAULT_EDGE : edge, document));
    }
    if (json) {
      out().println(document);
    }
    return status;
  }

  private int askHub(String url, ObjectNode document) {
    try (var client = new HubClient(url, TIMEOUT)) {
      var edges = client.edges();
      var partitions = client.partitions();
      if (edges instanceof Reply.Ok<JsonNode>(var edgeList)
          && partitions instanceof Reply.Ok<JsonNode>(var partitionList)) {
        document.set("hubEdges", edgeList);
        document.set("hubPartitions", partitionList);
        if (!json) {
          StatusText.hub(out(), client.address(), edgeList, partitionList);
        }
        return ExitStatus.DONE;
      }
      return failed(edges instanceof Reply.Ok<JsonNode> ? partitions : edges, "hub");
    }
  }

  private int askEdge(String url, ObjectNode document) {
    try (var client = new EdgeClient(url, TIMEOUT)) {
      var reply = client.node();
      if (reply instanceof Reply.Ok<NodeStatus>(var node)) {
        document.set("edge", node.document());
        if (!json) {
          StatusText.edge(out(), client.address(), node);
        }
        return ExitStatus.DONE;
      }
      return failed(reply, "edge");
    }
  }

  private int failed(Reply<?> reply, String what) {
    return switch (reply) {
      case Reply.Unreachable<?> none ->
          Failures.unreachable(
              spec.commandLine(),
              none,
              "is the %s running there? Name another with --%s".formatted(what, what));
      case Reply.Refused<?>(var problem) -> Failures.refused(spec.commandLine(), problem);
      case Reply.Ok<?> ok -> ExitStatus.DONE;
    };
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
