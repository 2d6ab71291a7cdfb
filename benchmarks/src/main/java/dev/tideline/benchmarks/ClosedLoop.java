package dev.tideline.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.tideline.benchmarks.Bench.Plan;
import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/**
 * One caller who asks again as soon as he is answered. What he measures is the time of a call and
 * not that of a queue; where a rate is promised, the loop must be open instead.
 */
final class ClosedLoop {

  /** So that choosing keys and looking for the end of a run cost a call nothing. */
  private static final int CALLS_BETWEEN_LOOKS = 64;

  private final Plan plan;
  private final Consumer<String> progress;

  ClosedLoop(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /** The median of the runs of a call with the number of some key. */
  BenchRow measure(String name, IntConsumer call) {
    return measure(name, key -> {}, call);
  }

  /**
   * The same, where something is done with the key before and not measured, because a caller would
   * have it at hand.
   */
  BenchRow measure(String name, IntConsumer before, IntConsumer call) {
    return median(name, durationNs -> run(name, before, call, durationNs));
  }

  /** The same over an open stream, each request sent from within the answer to the one before. */
  BenchRow measure(
      String name,
      ChannelClient client,
      IntFunction<ChannelRequest.Builder> request,
      Predicate<ChannelAnswer> expected) {
    return median(
        name,
        durationNs -> {
          var random = new SplittableRandom();
          var histogram =
              client.askFor(durationNs, () -> request.apply(random.nextInt(plan.keys())), expected);
          return BenchRow.of(name, histogram, durationNs / 1e9);
        });
  }

  private BenchRow median(String name, LongFunction<BenchRow> run) {
    var _ = run.apply(plan.warmup().toNanos());
    var runs = new ArrayList<BenchRow>();
    for (int i = 0; i < plan.runs(); i++) {
      runs.add(run.apply(plan.duration().toNanos()));
      var row = runs.getLast();
      progress.accept(
          "  %s run %d: p50 %.2f us, p99 %.2f us".formatted(name, i + 1, row.p50(), row.p99()));
    }
    return BenchRow.median(runs);
  }

  private BenchRow run(String name, IntConsumer before, IntConsumer call, long durationNs) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var random = ThreadLocalRandom.current();
    var histogram = new Histogram(3);
    var keys = new int[CALLS_BETWEEN_LOOKS];
    long callingNs = 0;
    long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < durationNs) {
      for (int i = 0; i < keys.length; i++) {
        keys[i] = random.nextInt(plan.keys());
        before.accept(keys[i]);
      }
      long first = System.nanoTime();
      long start = first;
      for (int key : keys) {
        call.accept(key);
        long end = System.nanoTime();
        histogram.recordValue(end - start);
        start = System.nanoTime();
      }
      callingNs += start - first;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
    return BenchRow.of(name, histogram, callingNs / 1e9)
        .allocating(allocated / (double) histogram.getTotalCount());
  }
}
