package dev.tideline.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.tideline.benchmarks.Bench.Plan;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.HdrHistogram.Histogram;

/**
 * One caller who asks again as soon as he is answered. What he measures is the time of a call and
 * not that of a queue; where a rate is promised, the loop must be open instead.
 */
final class ClosedLoop {

  /** So that reading the clock for the end of a run costs a call nothing. */
  private static final int CALLS_BETWEEN_LOOKS = 64;

  private final Plan plan;
  private final Consumer<String> progress;

  ClosedLoop(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** The median of the runs of a call with the number of some key. */
  BenchRow measure(String name, IntConsumer call) {
    run(name, call, plan.warmup().toNanos());
    var runs = new ArrayList<BenchRow>();
    for (int i = 0; i < plan.runs(); i++) {
      runs.add(run(name, call, plan.duration().toNanos()));
      var row = runs.getLast();
      progress.accept(
          "  %s run %d: p50 %.2f us, p99 %.2f us".formatted(name, i + 1, row.p50(), row.p99()));
    }
    return BenchRow.median(runs);
  }

  private BenchRow run(String name, IntConsumer call, long durationNs) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var random = ThreadLocalRandom.current();
    var histogram = new Histogram(3);
    long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < durationNs) {
      for (int i = 0; i < CALLS_BETWEEN_LOOKS; i++) {
        int key = random.nextInt(plan.keys());
        long before = System.nanoTime();
        call.accept(key);
        histogram.recordValue(System.nanoTime() - before);
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
    return BenchRow.of(name, histogram, seconds)
        .allocating(allocated / (double) histogram.getTotalCount());
  }
}
