package dev.tideline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tideline.client.NodeStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

  /** Objects of the same shape as a table: a column for each member that is not a list. */
  private static void table(PrintWriter out, JsonNode rows) {
    var widths = new LinkedHashMap<String, Integer>();
    for (var row : rows) {
      row.properties().stream()
          .filter(member -> member.getValue().isValueNode())
          .forEach(
              member ->
                  widths.merge(
                      member.getKey(),
                      Math.max(member.getKey().length(), member.getValue().asText().length()),
                      Math::max));
    }
    line(out, widths, List.copyOf(widths.keySet()));
    for (var row : rows) {
      line(out, widths, widths.keySet().stream().map(name -> row.path(name).asText()).toList());
    }
  }

  private static void line(PrintWriter out, Map<String, Integer> widths, List<String> cells) {
    var line = new StringBuilder("  ");
    int at = 0;
    for (int width : widths.values()) {
      line.append(cells.get(at)).append(" ".repeat(width - cells.get(at).length() + 2));
      at++;
    }
    out.println(line.toString().stripTrailing());
  }

  private static String milliseconds(long ms) {
    return ms < 10_000 ? "%,d ms".formatted(ms) : "%,d s".formatted(ms / 1_000);
  }
}
