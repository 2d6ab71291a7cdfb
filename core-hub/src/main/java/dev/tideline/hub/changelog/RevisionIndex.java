package dev.tideline.hub.changelog;

import java.util.Arrays;

/**
 * From a partition's revision to a position in the log at or before it. Sparse: one entry in
 * {@value #RECORDS_PER_ENTRY} records of a partition, so a reader skips at most that many of them.
 * Safe for threads.
 */
final class RevisionIndex {

  /** 16 bytes of heap for each so many records. */
  static final int RECORDS_PER_ENTRY = 64;

  private final Column[] columns;

  RevisionIndex(int partitions) {
    columns = new Column[partitions];
    Arrays.setAll(columns, partition -> new Column());
  }

  /** Notes where a record begins; the records of a partition arrive in order. */
  synchronized void add(int partition, long firstRevision, long position) {
    columns[partition].add(firstRevision, position);
  }

  /**
   * A position at or before the record that holds the revision; {@code beyond} if the partition has
   * no record that early.
   */
  synchronized long floor(int partition, long revision, long beyond) {
    return columns[partition].floor(revision, beyond);
  }

  private static final class Column {
    private long[] revisions = new long[16];
    private long[] positions = new long[16];
    private int entries;
    private int records;

    void add(long revision, long position) {
      if (records++ % RECORDS_PER_ENTRY != 0) {
        return;
      }
      if (entries == revisions.length) {
        revisions = Arrays.copyOf(revisions, 2 * entries);
        positions = Arrays.copyOf(positions, 2 * entries);
      }
      revisions[entries] = revision;
      positions[entries] = position;
      entries++;
    }

    long floor(long revision, long beyond) {
      int found = Arrays.binarySearch(revisions, 0, entries, revision);
      int at = found >= 0 ? found : -found - 2;
      return at < 0 ? beyond : positions[at];
    }
  }
}
