package dev.tideline.store;

import java.util.ArrayList;

/**
 * How large a {@link Table} may become. A table begins small and takes space as entries come; these
 * are the limits at which it refuses.
 *
 * @param entriesMax entries it takes, 1 to 100 million
 * @param bytesMax bytes of keys and values it takes, {@link #BYTES_MAX_LEAST} to {@link
 *     #BYTES_MAX_MOST}; the memory behind them is about half as much again, and three times as much
 *     for a moment while the table grows
 */
public record TableConfig(long entriesMax, long bytesMax) {

  /** One of the largest values finds room, and some more. */
  public static final long BYTES_MAX_LEAST = 2L * Table.VALUE_BYTES_MAX;

  /** Far beyond the memory of the machines that this is built for. */
  public static final long BYTES_MAX_MOST = 64L << 30;

  public static final long ENTRIES_MAX_MOST = 100_000_000;

  /** A million entries in one GiB: a thousand bytes each, or many small ones and a few large. */
  public static final TableConfig DEFAULT = new TableConfig(1_000_000, 1L << 30);

  public TableConfig {
    var problems = new ArrayList<String>();
    require(problems, "entriesMax", entriesMax, 1, ENTRIES_MAX_MOST);
    require(problems, "bytesMax", bytesMax, BYTES_MAX_LEAST, BYTES_MAX_MOST);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void require(
      ArrayList<String> problems, String name, long value, long least, long most) {
    if (value < least || value > most) {
      problems.add(name + " is " + value + ", allowed are " + least + " to " + most);
    }
  }
}
