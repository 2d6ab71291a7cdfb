package dev.tideline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tideline.client.NodeStatus;
import java.io.PrintWriter;
import java.util.ArrayList;

/** Status documents in words and tables. */
final class StatusText {

  private StatusText() {}

  static void edge(PrintWriter out, String address, NodeStatus node) {
    out.printf("edge %s at %s%n", node.edge(), address);
    var detail = node.hubDetail().isEmpty() ? "" : ": " + node.hubDetail();
    out.printf("  hub        %s %s%s%n", node.hubAddress(), node.hubState(), detail);
    out.printf(
        "  undecided  %,d%s%n",
        node.undecided(),
        node.undecided() == 0
            ? ""
            : ", the oldest for "
                + milliseconds(node.document().path("undecidedOldestMs").asLong()));
    out.printf(
        "  staleness  %s%n",
        node.stalenessMs().map(StatusText::milliseconds).orElse("unknown, it never caught up"));
    long reached = node.revisions().values().stream().filter(revision -> revision > 0).count();
    out.printf(
        "  partitions %d, of which %d have been written%n", node.revisions().size(), reached);
    var namespaces = new ArrayList<String>();
    for (var namespace : node.document().path("namespaces")) {
      namespaces.add(
          namespace.isTextual()
              ? namespace.asText()
              : namespace.path("name").asText() + " " + namespace.path("type").asText());
    }
    out.printf(
        "  catalog    version %s: %s%n",
        node.document().path("catalogVersion").asText("?"), String.join(", ", namespaces));
  }

  static void hub(PrintWriter out, String address, JsonNode edges, JsonNode partitions) {
    var list = partitions.isArray() ? partitions : partitions.path("partitions");
    long revisions = 0;
    for (var partition : list) {
      revisions += partition.path("revision").asLong();
    }
    out.printf("hub at %s%n", address);
    out.printf("  %d partitions, %,d decisions%n", list.size(), revisions);
    var rows = edges.isArray() ? edges : edges.path("edges");
    if (rows.isEmpty()) {
      out.println("  no edge has connected yet");
    } else {
      table(out, rows);
    }
  }

  private static void table(PrintWriter out, JsonNode edges) {
    int width = 4;
    for (var edge : edges) {
      width = Math.max(width, edge.path("edge").asText().length());
    }
    var row = "  %-" + width + "s  %-9s  %10s  %s%n";
    out.printf(row, "edge", "connected", "behind by", "last seen");
    for (var edge : edges) {
      out.printf(
          row,
          edge.path("edge").asText(),
          edge.path("connected").asBoolean() ? "yes" : "NO",
          "%,d".formatted(edge.path("lag").asLong()),
          lastSeen(edge.path("lastSeenMs").asLong()));
    }
  }

  private static String lastSeen(long epochMs) {
    return epochMs == 0
        ? "not since the hub started"
        : milliseconds(Math.max(0, System.currentTimeMillis() - epochMs)) + " ago";
  }

  private static String milliseconds(long ms) {
    return ms < 10_000 ? "%,d ms".formatted(ms) : "%,d s".formatted(ms / 1_000);
  }
}
