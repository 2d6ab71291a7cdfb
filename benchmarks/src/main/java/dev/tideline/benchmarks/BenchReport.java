package dev.tideline.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a suite found, as a table and as a document. */
record BenchReport(String suite, String fileSystem, List<BenchRow> rows) {

  void print(PrintWriter out) {
    out.printf("%n%-24s %10s %10s %10s %14s%n", "", "p50 us", "p99 us", "p99.9 us", "ops/s");
    for (var row : rows) {
      if (row.p50() > 0) {
        out.printf(
            "%-24s %10.1f %10.1f %10.1f %,14.0f",
            row.name(), row.p50(), row.p99(), row.p999(), row.opsPerSecond());
      } else {
        out.printf("%-24s %10s %10s %10s %,14.0f", row.name(), "", "", "", row.opsPerSecond());
      }
      out.println(row.allocated() < 0 ? "" : "   %.1f B/op".formatted(row.allocated()));
    }
    out.flush();
  }

  void write(Path file) throws IOException {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("suite", suite).put("fileSystem", fileSystem);
    var list = json.putArray("rows");
    for (var row : rows) {
      var one = list.addObject().put("name", row.name()).put("unit", "us");
      if (row.p50() > 0) {
        one.put("p50", row.p50()).put("p99", row.p99()).put("p999", row.p999());
      }
      one.put("ops_per_s", row.opsPerSecond());
      if (row.allocated() >= 0) {
        one.put("allocated_bytes_per_op", row.allocated());
      }
    }
    Files.writeString(file, json.toPrettyString() + System.lineSeparator());
  }
}
