package dev.tideline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An installation as a table: a line for the hub, then a row for each edge, out of what the hub
 * tells of it and what it tells of itself. Colours only where they are wanted.
 */
final class StatusTable {

  private static final List<String> HEAD =
      List.of("edge", "state", "lag", "undecided", "staleness", "keys", "version", "address");

  private static final String UNKNOWN = "–";
  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintWriter out;
  private final boolean colours;

  StatusTable(PrintWriter out, boolean colours) {
    this.out = out;
    this.colours = colours;
  }

  void hub(String address, JsonNode partitions) {
    long decisions = 0;
    for (var partition : partitions.path("partitions")) {
      decisions += partition.path("revision").asLong();
    }
    out.printf(
        "%s at %s   %d partitions   %,d decisions   version %s%n",
        coloured(BOLD, "hub"),
        address,
        partitions.path("partitions").size(),
        decisions,
        partitions.path("version").asText("?"));
  }

  /**
   * The rows.
   *
   * @param atHub what the hub tells of its edges; missing if it was not asked
   * @param own what edges tell of themselves, by id
   * @param addresses where those are
   */
  void edges(JsonNode atHub, Map<String, JsonNode> own, Map<String, String> addresses) {
    var rows = new ArrayList<List<String>>();
    rows.add(HEAD);
    var seen = new TreeMap<String, JsonNode>();
    atHub.path("edges").forEach(edge -> seen.put(edge.path("edge").asText(), edge));
    var ids = new TreeSet<>(seen.keySet());
    ids.addAll(own.keySet());
    ids.addAll(addresses.keySet());
    for (var id : ids) {
      var missing = MissingNode.getInstance();
      rows.add(
          row(
              id,
              seen.getOrDefault(id, missing),
              own.getOrDefault(id, missing),
              addresses.getOrDefault(id, UNKNOWN)));
    }
    if (ids.isEmpty()) {
      out.println("no edge has connected yet");
    } else {
      print(rows);
    }
  }

  private static List<String> row(String id, JsonNode atHub, JsonNode own, String address) {
    return List.of(
        id,
        state(atHub, own, address),
        atHub.isMissingNode() ? UNKNOWN : "%,d".formatted(atHub.path("lag").asLong()),
        undecided(own),
        own.path("stalenessMs").isNumber() ? time(own.path("stalenessMs").asLong()) : UNKNOWN,
        own.isMissingNode() ? UNKNOWN : "%,d".formatted(own.path("keys").asLong()),
        own.path("version").asText(UNKNOWN),
        address);
  }

  private static String state(JsonNode atHub, JsonNode own, String address) {
    if (!own.isMissingNode()) {
      return own.path("hub").path("state").asText();
    }
    if (!address.equals(UNKNOWN)) {
      return "UNREACHABLE";
    }
    return atHub.path("connected").asBoolean() ? "CONNECTED" : "AWAY";
  }

  private static String undecided(JsonNode own) {
    if (own.isMissingNode()) {
      return UNKNOWN;
    }
    long count = own.path("undecided").asLong();
    return count == 0
        ? "0"
        : "%,d for %s".formatted(count, time(own.path("undecidedOldestMs").asLong()));
  }

  private static String time(long ms) {
    return ms < 10_000 ? "%.1f s".formatted(ms / 1e3) : "%,d s".formatted(ms / 1_000);
  }

  private void print(List<List<String>> rows) {
    var widths = new int[HEAD.size()];
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append("  ").append(cell(row, i, widths[i]));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Figures stand to the right; the last column is as wide as it is. */
  private String cell(List<String> row, int column, int width) {
    boolean figure =
        Arrays.asList("lag", "undecided", "staleness", "keys").contains(HEAD.get(column));
    var text = ("%" + (figure ? "" : "-") + width + "s").formatted(row.get(column));
    if (row.equals(HEAD)) {
      return coloured(BOLD, text);
    }
    if (HEAD.get(column).equals("state")) {
      return coloured(row.get(column).equals("CONNECTED") ? GREEN : RED, text);
    }
    return text;
  }

  private String coloured(String colour, String text) {
    return colours ? colour + text + PLAIN : text;
  }
}
