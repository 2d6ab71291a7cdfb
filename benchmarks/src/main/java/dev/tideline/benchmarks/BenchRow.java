package dev.tideline.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * One line of a report. Latencies are in microseconds; 0 where a row is about throughput alone.
 *
 * @param allocated bytes for each operation, on the measuring thread; negative if not measured
 */
record BenchRow(
    String name, double p50, double p99, double p999, double opsPerSecond, double allocated) {

  private static final double NS_PER_US = 1_000;

  /** A row of latencies in nanoseconds. */
  static BenchRow of(String name, Histogram histogram, double seconds) {
    return new BenchRow(
        name,
        histogram.getValueAtPercentile(50) / NS_PER_US,
        histogram.getValueAtPercentile(99) / NS_PER_US,
        histogram.getValueAtPercentile(99.9) / NS_PER_US,
        histogram.getTotalCount() / seconds,
        -1);
  }

  /** A row of throughput. */
  static BenchRow rate(String name, double opsPerSecond) {
    return new BenchRow(name, 0, 0, 0, opsPerSecond, -1);
  }

  BenchRow allocating(double bytes) {
    return new BenchRow(name, p50, p99, p999, opsPerSecond, bytes);
  }

  /** The median of each figure over runs of the same name. */
  static BenchRow median(List<BenchRow> runs) {
    return new BenchRow(
        runs.getFirst().name(),
        median(runs, BenchRow::p50),
        median(runs, BenchRow::p99),
        median(runs, BenchRow::p999),
        median(runs, BenchRow::opsPerSecond),
        median(runs, BenchRow::allocated));
  }

  private static double median(List<BenchRow> runs, ToDoubleFunction<BenchRow> figure) {
    var values = runs.stream().mapToDouble(figure).toArray();
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
