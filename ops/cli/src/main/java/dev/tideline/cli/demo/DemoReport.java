package dev.tideline.cli.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tideline.drills.check.Findings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;

/** The outcome as a JSON document for machines. */
final class DemoReport {

  private DemoReport() {}

  static void write(Path file, Outcome outcome, Findings findings) throws IOException {
    Files.writeString(file, document(outcome, findings).toPrettyString() + System.lineSeparator());
  }

  static ObjectNode document(Outcome outcome, Findings findings) {
    var document = JsonNodeFactory.instance.objectNode();
    document.put("converged", findings.converged());
    document.put("lost", findings.lost());
    document.put("duplicated", findings.duplicated());
    document.put("keys_compared", findings.keysCompared());
    document.put("mutations", outcome.writes());
    document.put("reads", outcome.reads());
    document.put("offline_mutations", outcome.offlineWrites());
    document.put("kills", outcome.kills());
    document.set("read_us", percentiles(outcome.readLatency()));
    document.set("write_ack_us", percentiles(outcome.writeLatency()));
    document.set("visibility_us", percentiles(outcome.visibility()));
    return document;
  }

  private static ObjectNode percentiles(Histogram ns) {
    var document = JsonNodeFactory.instance.objectNode();
    document.put("p50", microseconds(ns, 50));
    document.put("p99", microseconds(ns, 99));
    document.put("p999", microseconds(ns, 99.9));
    return document;
  }

  private static double microseconds(Histogram ns, double percentile) {
    return Math.round(ns.getValueAtPercentile(percentile) / 100.0) / 10.0;
  }
}
