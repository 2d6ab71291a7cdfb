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
  int VALUE_BYTES_MAX = 2 * 64 * 1024 + 8 * 1024;

  /**
   * Copies the value of {@code key} into {@code into}, growing it if need be.
   *
   * @return false, leaving {@code into} empty, if there is no such key
   */
  boolean get(Slice key, Slice into);

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
   * Calls the visitor with every entry, segment by segment; entries that are written meanwhile may
   * or may not be seen, everything else is seen once. The slices are reused between calls.
   */
  void forEach(Visitor visitor);

  /** Number of entries. */
  long size();

  /** Bytes of all keys and values held. */
  long bytes();

  /** The most entries that this table takes. */
  long entriesMax();

  @Override
  void close();

  /** Sees one entry; must not write to the table. */
  interface Visitor {
    void entry(Slice key, Slice value);
  }
}
