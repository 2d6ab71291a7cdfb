package dev.tideline.model;

/**
 * How large things are that both ends, and the logs and tables of both, must be able to take. They
 * follow from each other, so they stand together; what follows is asserted here.
 */
public final class SizeLimits {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** One value. */
  public static final int VALUE_BYTES_MAX = MIB;

  /** A value, where a contract does not say. */
  public static final int VALUE_BYTES_DEFAULT = 64 * KIB;

  /** A key's whole state: a largest value with origins and times. */
  public static final int STATE_BYTES_MAX = 2 * MIB;

  /** A whole mutation, encoded; several operations share it. */
  public static final int MUTATION_BYTES_MAX = 2 * MIB;

  /** Where an edge closes a batch of mutations; a larger one travels alone. */
  public static final int BATCH_BYTES_MAX = 512 * KIB;

  /** Where an edge closes a batch by number. */
  public static final int BATCH_MUTATIONS_MAX = 1024;

  /** Where the hub closes a batch of changes, before the record that is on top. */
  public static final int CHANGES_BYTES_MAX = 512 * KIB;

  /** Where the hub closes a record of decisions, before the decision that is on top. */
  public static final int RECORD_BYTES_TARGET = 256 * KIB;

  /**
   * One decision: a mutation's values as changes and as winners of conflicts, and what they
   * replaced as losers. A mutation that would need more, because it replaces many large values that
   * it had not seen, is rejected.
   */
  public static final int DECISION_BYTES_MAX = 7 * MIB;

  /** A message on the stream, and so what an edge's logs must take in one record. */
  public static final int MESSAGE_BYTES_MAX = 4 * MIB;

  /** Keys of one zone that are read together, so that their partition is not held for long. */
  public static final int READ_KEYS_MAX = 256;

  /** Their values together, where the hub is asked: with all that is around them, one message. */
  public static final int READ_BYTES_MAX = 3 * MIB;

  /** What goes around a mutation's values, or a change's: names, ids, times, of 64 operations. */
  private static final int AROUND_BYTES = 128 * KIB;

  static {
    require(VALUE_BYTES_MAX + AROUND_BYTES <= STATE_BYTES_MAX, "a state holds a value");
    require(VALUE_BYTES_MAX + AROUND_BYTES <= MUTATION_BYTES_MAX, "a mutation holds a value");
    require(
        2 * (VALUE_BYTES_MAX + AROUND_BYTES) + STATE_BYTES_MAX <= DECISION_BYTES_MAX,
        "one value may replace a largest state that it had not seen");
    require(
        READ_BYTES_MAX + READ_KEYS_MAX * 2 * KIB <= MESSAGE_BYTES_MAX,
        "keys that are read together are one message");
    require(MUTATION_BYTES_MAX + AROUND_BYTES <= MESSAGE_BYTES_MAX, "a mutation travels alone");
    require(
        CHANGES_BYTES_MAX + RECORD_BYTES_TARGET + MUTATION_BYTES_MAX + AROUND_BYTES
            <= MESSAGE_BYTES_MAX,
        "a batch of changes with the largest record on top is one message");
  }

  private SizeLimits() {}

  private static void require(boolean holds, String relation) {
    if (!holds) {
      throw new AssertionError(relation);
    }
  }
}
