package dev.tideline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tideline.cli.dev.DevRecord;
import dev.tideline.client.EdgeClient;
import dev.tideline.client.HubClient;
import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
      "Without options the hub and the edges of this machine; with --edge or --hub just those "
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
    var document = JsonNodeFactory.instance.objectNode();
    var table = new StatusTable(out(), Terminal.isTerminal());
    int status = ExitStatus.DONE;
    if (wantsHub()) {
      status = askHub(hubUrl(), document, table);
    }
    var own = new TreeMap<String, JsonNode>();
    var addresses = new TreeMap<String, String>();
    for (var url : edgeUrls()) {
      status = Math.max(status, askEdge(url, own, addresses));
    }
    document.set("edges", JsonNodeFactory.instance.arrayNode().addAll(own.values()));
    own.values().stream().findFirst().ifPresent(first -> document.set("edge", first));
    if (json) {
      out().println(document);
    } else if (!own.isEmpty() || document.has("hubEdges")) {
      table.edges(document.path("hubEdges"), own, addresses);
      own.forEach(this::explain);
    }
    return status;
  }

  private boolean wantsHub() {
    return hub != null || edge == null;
  }

  private String hubUrl() {
    return hub != null ? hub : DevRecord.find().map(DevRecord::hubAdmin).orElse(DEFAULT_HUB);
  }

  /** Those of a running dev, else the one that every command takes. */
  private List<String> edgeUrls() {
    if (edge != null) {
      return List.of(edge);
    }
    if (hub != null) {
      return List.of();
    }
    return DevRecord.find()
        .map(running -> List.copyOf(running.edges().values()))
        .orElse(List.of(EdgeOptions.DEFAULT_EDGE));
  }

  private int askHub(String url, ObjectNode document, StatusTable table) {
    try (var client = new HubClient(url, TIMEOUT)) {
      var edges = client.edges();
      var partitions = client.partitions();
      if (edges instanceof Reply.Ok<JsonNode>(var edgeList)
          && partitions instanceof Reply.Ok<JsonNode>(var partitionList)) {
        document.set("hubEdges", edgeList);
        document.set("hubPartitions", partitionList);
        if (!json) {
          table.hub(url, partitionList);
        }
        return ExitStatus.DONE;
      }
      return failed(edges instanceof Reply.Ok<JsonNode> ? partitions : edges, "hub");
    }
  }

  private int askEdge(String url, Map<String, JsonNode> own, Map<String, String> addresses) {
    try (var client = new EdgeClient(url, TIMEOUT)) {
      var reply = client.node();
      if (reply instanceof Reply.Ok<NodeStatus>(var node)) {
        own.put(node.edge(), node.document());
        addresses.put(node.edge(), url);
        return ExitStatus.DONE;
      }
      return failed(reply, "edge");
    }
  }

  /** Why an edge is without its hub. */
  private void explain(String id, JsonNode node) {
    var hubState = node.path("hub");
    if (!hubState.path("state").asText().equals("CONNECTED")) {
      out()
          .printf(
              "edge %s, hub %s: %s%n",
              id, hubState.path("address").asText(), hubState.path("detail").asText());
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
