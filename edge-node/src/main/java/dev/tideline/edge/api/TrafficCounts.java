package dev.tideline.edge.api;

import dev.tideline.model.Durability;
import dev.tideline.runtime.telemetry.Histogram;
import dev.tideline.runtime.telemetry.Metrics;
import java.util.concurrent.atomic.LongAdder;

/** Reads and writes of one edge, by what became of them, whichever way they came. */
final class TrafficCounts {

  private static final String READS = "tideline_edge_reads_total";
  private static final String READS_HELP = "Reads of keys by what they found.";
  private static final String WRITES = "tideline_edge_writes_total";
  private static final String WRITES_HELP = "Writes by what the caller was told.";

  private final LongAdder found;
  private final LongAdder absent;
  private final LongAdder readRefused;
  private final LongAdder readsThrough;
  private final LongAdder acknowledged;
  private final LongAdder late;
  private final LongAdder writeRefused;
  private final LongAdder uncertain;
  private final Histogram durableAfter;

  TrafficCounts(Metrics metrics) {
    found = metrics.counter(READS, READS_HELP, "result", "found");
    absent = metrics.counter(READS, READS_HELP, "result", "absent");
    readRefused = metrics.counter(READS, READS_HELP, "result", "refused");
    readsThrough =
        metrics.counter(
            "tideline_edge_reads_through_total",
            "Reads for which the hub was asked, because the key is not held here.");
    acknowledged = metrics.counter(WRITES, WRITES_HELP, "result", "acknowledged");
    late = metrics.counter(WRITES, WRITES_HELP, "result", "late");
    writeRefused = metrics.counter(WRITES, WRITES_HELP, "result", "refused");
    uncertain = metrics.counter(WRITES, WRITES_HELP, "result", "uncertain");
    durableAfter =
        metrics.seconds(
            "tideline_edge_sync_wait_seconds",
            "How long writes waited for the sync of the journal, those that others share"
                + " included.");
  }

  void read(boolean dead) {
    (dead ? absent : found).increment();
  }

  void readThrough() {
    readsThrough.increment();
  }

  ReadResult count(ReadResult result) {
    switch (result) {
      case ReadResult.Refused refused -> readRefused.increment();
      case ReadResult.Read read -> (read.reading().state().dead() ? absent : found).increment();
    }
    return result;
  }

  WriteResult count(WriteResult result) {
    switch (result) {
      case WriteResult.Refused refused -> writeRefused.increment();
      case WriteResult.Uncertain unsure -> uncertain.increment();
      case WriteResult.Acknowledged told -> (isLate(told) ? late : acknowledged).increment();
    }
    return result;
  }

  private static boolean isLate(WriteResult.Acknowledged told) {
    return told.asked() == Durability.HUB && told.reached() != Durability.HUB;
  }

  void durableAfter(long ns) {
    durableAfter.record(ns);
  }
}
