package dev.tideline.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tideline.runtime.telemetry.Metrics.Sample;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MetricsTest {

  @Test
  void countersAndGaugesAreLinesUnderHelpAndType() {
    var metrics = new Metrics();
    metrics.counter("x_reads_total", "Reads.", "result", "found").add(3);
    metrics.counter("x_reads_total", "Reads.", "result", "absent");
    metrics.gauge("x_age_seconds", "Age.", () -> 1.5);
    metrics.gauges("x_lag", "Lag.", () -> List.of(new Sample(7, "edge", "a\"b\\c\n")));
    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP x_age_seconds Age.
            # TYPE x_age_seconds gauge
            x_age_seconds 1.5
            # HELP x_lag Lag.
            # TYPE x_lag gauge
            x_lag{edge="a\\"b\\\\c\\n"} 7
            # HELP x_reads_total Reads.
            # TYPE x_reads_total counter
            x_reads_total{result="absent"} 0
            x_reads_total{result="found"} 3
            """);
  }

  @Test
  void aHistogramCountsUpToEachBoundAndInTheEndEverything() {
    var metrics = new Metrics();
    var histogram = metrics.sizes("x_batch", "Batches.", "kind", "all");
    for (long size : new long[] {0, 1, 2, 3, 4, 5, Long.MAX_VALUE / 2}) {
      histogram.record(size);
    }
    assertThat(metrics.text())
        .contains("# TYPE x_batch histogram")
        .contains("x_batch_bucket{kind=\"all\",le=\"1\"} 2\n")
        .contains("x_batch_bucket{kind=\"all\",le=\"2\"} 3\n")
        .contains("x_batch_bucket{kind=\"all\",le=\"4\"} 5\n")
        .contains("x_batch_bucket{kind=\"all\",le=\"8\"} 6\n")
        .contains("x_batch_bucket{kind=\"all\",le=\"16777216\"} 6\n")
        .contains("x_batch_bucket{kind=\"all\",le=\"+Inf\"} 7\n")
        .contains("x_batch_count{kind=\"all\"} 7\n");
  }

  @Test
  void durationsAreToldInSeconds() {
    var metrics = new Metrics();
    metrics.seconds("x_wait_seconds", "Waits.").record(1_000_000);
    assertThat(metrics.text())
        .contains("x_wait_seconds_bucket{le=\"5.24288E-4\"} 0\n")
        .contains("x_wait_seconds_bucket{le=\"0.001048576\"} 1\n")
        .contains("x_wait_seconds_sum 0.001\n");
  }

  @Test
  void theSameNameIsTheSameCounterAndNeverAnotherKind() {
    var metrics = new Metrics();
    var counter = metrics.counter("x_total", "Things.", "kind", "a");
    assertThat(metrics.counter("x_total", "Things.", "kind", "a")).isSameAs(counter);
    assertThatThrownBy(() -> metrics.counter("x_total", "Things.", "other", "a"))
        .hasMessageContaining("labels");
    assertThatThrownBy(() -> metrics.counter("x_total", "Other things.", "kind", "b"))
        .hasMessageContaining("registered otherwise");
    assertThatThrownBy(() -> metrics.counter("x_things", "Things."))
        .hasMessageContaining("no name for a counter");
    assertThatThrownBy(() -> metrics.gauge("x-things", "Things.", () -> 1))
        .hasMessageContaining("no name for a gauge");
  }

  @Test
  void recordingAllocatesNothing() {
    var metrics = new Metrics();
    var counter = metrics.counter("x_total", "Things.");
    var histogram = metrics.seconds("x_seconds", "Waits.");
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      counter.increment();
      histogram.record(i * 100L);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }
}
