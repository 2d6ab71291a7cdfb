package dev.tideline.runtime.telemetry;

import java.util.concurrent.atomic.LongAdder;

/**
 * A distribution in buckets whose bounds are powers of two: the bucket is found by counting leading
 * zeros, and recording adds to two {@link LongAdder}s. Safe for threads, allocates nothing.
 */
public final class Histogram {

  /** 1,024 ns. */
  private static final int NANOSECONDS_LEAST = 10;

  /** 68.7 s. */
  private static final int NANOSECONDS_MOST = 36;

  /** 16,777,216. */
  private static final int SIZES_MOST = 24;

  private final int least;
  private final int most;
  private final double unit;
  private final LongAdder[] counts;
  private final LongAdder sum = new LongAdder();

  private Histogram(int least, int most, double unit) {
    this.least = least;
    this.most = most;
    this.unit = unit;
    counts = new LongAdder[most - least + 2];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
  }

  static Histogram ofNanoseconds() {
    return new Histogram(NANOSECONDS_LEAST, NANOSECONDS_MOST, 1e-9);
  }

  static Histogram ofSizes() {
    return new Histogram(0, SIZES_MOST, 1);
  }

  /** Records one value; below 0 counts as 0. */
  public void record(long value) {
    long taken = Math.max(0, value);
    int exponent = taken <= 1 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(taken - 1);
    counts[Math.clamp((long) exponent - least, 0, counts.length - 1)].increment();
    sum.add(taken);
  }

  int buckets() {
    return counts.length;
  }

  /** The largest value that a bucket takes, in the unit that is told. */
  double bound(int bucket) {
    return least + bucket > most ? Double.POSITIVE_INFINITY : (1L << (least + bucket)) * unit;
  }

  long count(int bucket) {
    return counts[bucket].sum();
  }

  /** Of all values, in the unit that is told. */
  double sum() {
    return sum.sum() * unit;
  }
}
