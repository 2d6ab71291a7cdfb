package dev.tideline.store;

import java.util.ArrayList;

/**
 * How large a {@link Table} may become. Space is taken as entries come; these are limits and the
 * proportions that it is laid out by.
 *
 * @param entriesMax entries it takes, 1 to 100 million
 * @param averageKeyBytes expected, 1 to 1024
 * @param averageValueBytes expected, 1 to {@link Table#VALUE_BYTES_MAX}
 */
public record TableConfig(long entriesMax, int averageKeyBytes, int averageValueBytes) {

  /** A million entries of the usual size: about 300 MB when full. */
  public static final TableConfig DEFAULT = new TableConfig(1_000_000, 32, 200);

  static final long ENTRIES_MAX_MAX = 100_000_000;
  static final int AVERAGE_KEY_BYTES_MAX = 1024;

  /** However few entries a table takes, so many of the largest find room. */
  private static final int LARGEST_VALUES_MIN = 8;

  public TableConfig {
    var problems = new ArrayList<String>();
    require(problems, "entriesMax", entriesMax, ENTRIES_MAX_MAX);
    require(problems, "averageKeyBytes", averageKeyBytes, AVERAGE_KEY_BYTES_MAX);
    require(problems, "averageValueBytes", averageValueBytes, Table.VALUE_BYTES_MAX);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Bytes of keys and values that the table takes: as many average entries as it takes entries. */
  public long bytesMax() {
    long average = entriesMax * (averageKeyBytes + averageValueBytes);
    return Math.max(average, (long) LARGEST_VALUES_MIN * Table.VALUE_BYTES_MAX);
  }

  private static void require(ArrayList<String> problems, String name, long value, long max) {
    if (value < 1 || value > max) {
      problems.add(name + " is " + value + ", allowed are 1 to " + max);
    }
  }
}
