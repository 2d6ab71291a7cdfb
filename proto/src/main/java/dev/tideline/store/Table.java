package dev.tideline.store;

/**
 * A map from bytes to bytes that is too large for the heap. It is a projection: it may be thrown
 * away at any time and rebuilt from a log.
 *
 * <p>Threads: one writer at a time (the caller's lock); reads from any thread at any time, and a
 * read sees an entry either before or after a write, never half of it. Reads take no lock of the
 * writer's for longer than one entry's copy.
 *
 * <p>Keys and values are handed over in {@link Slice}s, reusable views of a byte array, so that a
 * read costs no garbage.
 */
public interface Table extends AutoCloseable {

  /** The largest value, in bytes: a key's whole state twice (base and view) with what is around. */
  int VALUE_BYTES_MAX = 2 * (2 * 1024 * 1024) + 8 * 1024;

  /**
   * Copies the value of {@code key} into {@code into}, growing it if need be.
   *
   * @return false, leaving {@code into} empty, if there is no such key
   */
  boolean get(Slice key, Slice into);

  /** Makes room for so many entries at once, if there are none yet. A hint: it may do nothing. */
  default void expect(long entries) {}

  /**
   * Stores a copy of {@code value} under {@code key}.
   *
   * @return false, with nothing changed, if the table is at its limit of entries or bytes and this
   *     would add to them
   * @throws IllegalArgumentException if the value is larger than {@link #VALUE_BYTES_MAX}
   */
  boolean put(Slice key, Slice value);

  /** Removes {@code key}; false if it was not there. */
  boolean remove(Slice key);

  /**
   * Begins to walk over the entries, segment by segment, from the given segment of the layout of
   * this moment. Entries that are written meanwhile may or may not be seen, everything else is seen
   * once: who needs an exact picture replays the log of what was written since the walk began.
   *
   * @param fromSegment 0 to visit everything; more to go on where another walk over the same {@link
   *     Walk#layout} stopped
   * @throws IllegalArgumentException if the layout has fewer segments
   */
  Walk walk(int fromSegment);

  /** Number of entries. */
  long size();

  /** Bytes of all keys and values held. */
  long bytes();

  /** The most entries that this table takes. */
  long entriesMax();

  /** The most bytes of keys and values that this table takes. */
  long bytesMax();

  @Override
  void close();

  /** Sees one entry. Both slices are valid during the call and used again for the next one. */
  interface Visitor {
    void entry(Slice key, Slice value);
  }

  /**
   * One passage over a table. It keeps to the layout of segments in which it began, also when the
   * table grows meanwhile. Belongs to one thread at a time, writers and readers go on; to be closed
   * before the table is.
   */
  interface Walk extends AutoCloseable {

    /** Names the layout of segments; the table has another one after it has grown. */
    long layout();

    /** Number of segments of this layout, at least 1. */
    int segments();

    /** The segment to be visited next, 0 to {@link #segments}. */
    int segment();

    /**
     * Visits the entries of one whole segment. They are copied first, so that a visitor may take
     * its time and use the table: nothing is locked while it runs.
     *
     * @return false, with nothing visited, if all segments have been
     */
    boolean next(Visitor visitor);

    @Override
    void close();
  }
}
