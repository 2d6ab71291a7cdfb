package dev.tideline.model;

/**
 * A reading of a hybrid logical clock (Kulkarni and others, 2014): 48 bits of milliseconds since
 * 1970, then 16 bits of counter, so that plain comparison of the bits orders readings.
 */
public record HybridTime(long bits) implements Comparable<HybridTime> {

  /** Before every reading. */
  public static final HybridTime ZERO = new HybridTime(0);

  static final int COUNTER_BITS = 16;

  /** The earliest reading of a millisecond. */
  public static HybridTime ofMillis(long millis) {
    return new HybridTime(millis << COUNTER_BITS);
  }

  /** Milliseconds since 1970. */
  public long millis() {
    return bits >>> COUNTER_BITS;
  }

  /** The reading directly behind this. */
  public HybridTime next() {
    return new HybridTime(bits + 1);
  }

  @Override
  public int compareTo(HybridTime other) {
    return Long.compareUnsigned(bits, other.bits);
  }
}
