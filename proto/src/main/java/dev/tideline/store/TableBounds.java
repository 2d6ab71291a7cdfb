package dev.tideline.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts what a table holds and says what it may still take. One thread writes at a time, any may
 * read.
 */
final class TableBounds {

  private final TableConfig config;
  private final AtomicLong entries = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  TableBounds(TableConfig config) {
    this.config = config;
  }

  /** Whether this may be added; what takes nothing away from the room is always allowed. */
  boolean allow(long addedEntries, long addedBytes) {
    return (addedEntries <= 0 || entries.get() + addedEntries <= config.entriesMax())
        && (addedBytes <= 0 || bytes.get() + addedBytes <= config.bytesMax());
  }

  void add(long addedEntries, long addedBytes) {
    entries.lazySet(entries.get() + addedEntries);
    bytes.lazySet(bytes.get() + addedBytes);
  }

  long entries() {
    return entries.get();
  }

  long bytes() {
    return bytes.get();
  }

  static void checkValue(Slice value) {
    if (value.length() > Table.VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a value has at most " + Table.VALUE_BYTES_MAX + " bytes, not " + value.length());
    }
  }
}
