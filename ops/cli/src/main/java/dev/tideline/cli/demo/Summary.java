package dev.tideline.cli.demo;

import dev.tideline.drills.check.Findings;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** The outcome for people. */
final class Summary {
  private static final String LATENCY = "  %-30s %10s %10s %10s%n";

  private final Outcome outcome;
  private final Findings findings;
  private final PrintWriter out;

  Summary(Outcome outcome, Findings findings, PrintWriter out) {
    this.outcome = outcome;
    this.findings = findings;
    this.out = out;
  }

  /**
   * Prints it.
   *
   * @param problems why the demo failed; empty if it did not
   */
  void print(List<String> problems) {
    out.println();
    fact("reads", "%,d".formatted(outcome.reads()));
    fact(
        "writes acknowledged",
        "%,d, of them %,d while the edge was offline"
            .formatted(outcome.writes(), outcome.offlineWrites()));
    fact("processes killed", "%d, all came back".formatted(outcome.kills()));
    fact("verdicts", verdicts());
    fact(
        "keys compared, byte for byte",
        "%,d at the hub and %d edges, %,d differ"
            .formatted(findings.keysCompared(), outcome.edges().size(), findings.keysDiffering()));
    out.println();
    out.printf(LATENCY, "as users saw it, in ms", "p50", "p99", "p99.9");
    latency("read", outcome.readLatency());
    latency("write until acknowledged", outcome.writeLatency());
    latency("write until seen elsewhere", outcome.visibility());
    out.println();
    fact("converged", findings.converged() ? "yes" : "NO");
    fact(
        "lost",
        "%,d%s"
            .formatted(
                findings.lost(),
                findings.lost() == 0
                    ? ""
                    : " (%,d receipts without a verdict, %,d units missing)"
                        .formatted(findings.receiptsWithoutVerdict(), findings.unitsMissing())));
    fact("duplicated", "%,d".formatted(findings.duplicated()));
    out.println();
    if (problems.isEmpty()) {
      out.println("PASSED: all nodes agree, nothing was lost, nothing was counted twice.");
    } else {
      out.println("FAILED:");
      problems.forEach(problem -> out.println("  - " + problem));
    }
  }

  private String verdicts() {
    return "%,d asked after: %s"
        .formatted(
            findings.receiptsAsked(),
            findings.verdicts().entrySet().stream()
                .map(entry -> "%s %,d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", ")));
  }

  private void fact(String name, String value) {
    out.printf("  %-30s %s%n", name, value);
  }

  private void latency(String name, Histogram ns) {
    if (ns.getTotalCount() == 0) {
      out.printf(LATENCY, name, "–", "–", "–");
    } else {
      out.printf(
          LATENCY,
          name,
          milliseconds(ns.getValueAtPercentile(50)),
          milliseconds(ns.getValueAtPercentile(99)),
          milliseconds(ns.getValueAtPercentile(99.9)));
    }
  }

  private static String milliseconds(long ns) {
    return "%.2f".formatted(ns / 1e6);
  }
}
