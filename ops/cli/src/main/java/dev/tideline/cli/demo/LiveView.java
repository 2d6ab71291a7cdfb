package dev.tideline.cli.demo;

import dev.tideline.cli.Terminal;
import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import dev.tideline.drills.load.BusyEdge;
import dev.tideline.drills.load.Load;
import dev.tideline.rig.Rig;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The demo while it runs: on a terminal a table that stays in place below the events, elsewhere
 * plain lines. Used by one thread.
 */
final class LiveView {

  /** Without a terminal a line for each edge this often is enough. */
  private static final long PLAIN_EACH_NS = TimeUnit.SECONDS.toNanos(2);

  private static final String ROW = "  %-6s %-13s %9s %9s %10s %10s %11s %11s";
  private static final String CLEAR_BELOW = "\u001b[J";

  private record Counts(long reads, long writes, long atNs) {}

  private final Rig rig;
  private final Load load;
  private final Events events;
  private final Duration duration;
  private final PrintWriter out;
  private final boolean terminal = Terminal.isTerminal();
  private final Map<String, Counts> before = new HashMap<>();
  private int linesInPlace;
  private long plainAtNs = System.nanoTime();

  LiveView(Rig rig, Load load, Events events, Duration duration, PrintWriter out) {
    this.rig = rig;
    this.load = load;
    this.events = events;
    this.duration = duration;
    this.out = out;
  }

  /** Brings it up to date. */
  void show() {
    if (terminal) {
      eraseTable();
      printEvents();
      printTable();
    } else {
      printEvents();
      if (System.nanoTime() - plainAtNs >= PLAIN_EACH_NS) {
        plainAtNs += PLAIN_EACH_NS;
        load.edges().forEach(edge -> out.println(plainRow(row(edge))));
      }
    }
    out.flush();
  }

  /** Shows the last events, without the table. */
  void finish() {
    eraseTable();
    printEvents();
    out.flush();
  }

  private void eraseTable() {
    if (linesInPlace > 0) {
      out.print("\u001b[" + linesInPlace + "A\r" + CLEAR_BELOW);
      linesInPlace = 0;
    }
  }

  private void printEvents() {
    for (var event : events.take()) {
      out.printf("%5.1f s  %s%n", event.atNs() / 1e9, event.text());
    }
  }

  private void printTable() {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add(
        ROW.formatted(
            "edge",
            "hub is",
            "reads/s",
            "writes/s",
            "undecided",
            "staleness",
            "read p99",
            "write p99"));
    for (var edge : load.edges()) {
      var row = row(edge);
      lines.add(color(row.get(1), ROW.formatted(row.toArray())));
    }
    lines.add("");
    var elapsed = events.elapsed();
    lines.add(
        "  %s %.0f s of %d s"
            .formatted(bar(elapsed), elapsed.toMillis() / 1e3, duration.toSeconds()));
    lines.forEach(out::println);
    linesInPlace = lines.size();
  }

  private String bar(Duration elapsed) {
    int width = 40;
    int filled = (int) Math.min(width, width * elapsed.toMillis() / duration.toMillis());
    return "█".repeat(filled) + "░".repeat(width - filled);
  }

  private static String color(String state, String line) {
    if (System.getenv("NO_COLOR") != null) {
      return line;
    }
    int color =
        switch (state) {
          case "CONNECTED" -> 32;
          case "edge is down" -> 31;
          default -> 33;
        };
    return line.replace(state, "\u001b[" + color + "m" + state + "\u001b[0m");
  }

  private String plainRow(List<String> row) {
    return "%5.1f s  edge %s: %s, reads/s %s, writes/s %s, undecided %s, staleness %s, p99 read %s write %s"
        .formatted(
            events.elapsed().toMillis() / 1e3,
            row.get(0),
            row.get(1),
            row.get(2),
            row.get(3),
            row.get(4),
            row.get(5),
            row.get(6),
            row.get(7));
  }

  private List<String> row(BusyEdge edge) {
    var counts = new Counts(edge.reads().count(), edge.writes().count(), System.nanoTime());
    var last = before.put(edge.id(), counts);
    var reads = edge.reads().interval();
    var writes = edge.writes().interval();
    var row = new ArrayList<String>();
    row.add(edge.id());
    var node = rig.edges().get(edge.index()).process().isAlive() ? edge.client().node() : null;
    if (node instanceof Reply.Ok<NodeStatus>(var status)) {
      row.add(status.hubState());
      addRates(row, last, counts);
      row.add("%,d".formatted(status.undecided()));
      row.add(status.stalenessMs().map("%,d ms"::formatted).orElse("–"));
    } else {
      row.add("edge is down");
      addRates(row, last, counts);
      row.add("–");
      row.add("–");
    }
    row.add(milliseconds(reads.getTotalCount(), reads.getValueAtPercentile(99)));
    row.add(milliseconds(writes.getTotalCount(), writes.getValueAtPercentile(99)));
    return row;
  }

  private static void addRates(List<String> row, Counts last, Counts counts) {
    if (last == null) {
      row.add("–");
      row.add("–");
      return;
    }
    double seconds = (counts.atNs() - last.atNs()) / 1e9;
    row.add("%,.0f".formatted((counts.reads() - last.reads()) / seconds));
    row.add("%,.0f".formatted((counts.writes() - last.writes()) / seconds));
  }

  private static String milliseconds(long count, long ns) {
    return count == 0 ? "–" : "%.2f ms".formatted(ns / 1e6);
  }
}
