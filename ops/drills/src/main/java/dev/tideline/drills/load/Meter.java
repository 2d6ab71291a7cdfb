package dev.tideline.drills.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Latencies of one kind of request, from the caller's side: from sending until the answer is read.
 * Any number of threads record, one reads.
 */
public final class Meter {

  /** Three digits: a percentile is off by at most 0.1 %. */
  private static final int DIGITS = 3;

  /** Slower than any time-out here. */
  private static final long MOST_NS = TimeUnit.MINUTES.toNanos(2);

  private final Recorder recorder = new Recorder(MOST_NS, DIGITS);
  private final Histogram total = new Histogram(MOST_NS, DIGITS);
  private final LongAdder count = new LongAdder();

  /** Notes one request that took so long. */
  public void record(long durationNs) {
    recorder.recordValue(Math.min(durationNs, MOST_NS));
    count.increment();
  }

  /** How many so far. */
  public long count() {
    return count.sum();
  }

  /** Those since the last call, which are also added to the total. */
  public synchronized Histogram interval() {
    var interval = recorder.getIntervalHistogram();
    total.add(interval);
    return interval;
  }

  /** All of them. */
  public synchronized Histogram total() {
    interval();
    return total.copy();
  }
}
