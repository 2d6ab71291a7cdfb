package dev.tideline.store;

import java.util.Arrays;

/**
 * The entries of one segment, copied one behind the other into one array, so that they can be
 * looked at in peace. Reused from segment to segment; not safe for threads.
 */
final class SegmentCopy {

  private static final int CAPACITY = 64 * 1024;

  private final Slice key = new Slice(512);
  private final Slice value = new Slice(1024);
  private final Slice bytes = new Slice(CAPACITY);
  private int[] lengths = new int[128];
  private int entries;

  /** The segment a walk begins with. */
  static int checkFrom(int segment, int segments) {
    if (segment < 0 || segment > segments) {
      throw new IllegalArgumentException("segment " + segment + " of a table of " + segments);
    }
    return segment;
  }

  void clear() {
    bytes.resize(0);
    entries = 0;
  }

  void add(Slice entryKey, Slice entryValue) {
    if (2 * entries + 2 > lengths.length) {
      lengths = Arrays.copyOf(lengths, 2 * lengths.length);
    }
    lengths[2 * entries] = append(entryKey);
    lengths[2 * entries + 1] = append(entryValue);
    entries++;
  }

  void visit(Table.Visitor visitor) {
    int at = 0;
    for (int i = 0; i < entries; i++) {
      load(key, at, lengths[2 * i]);
      at += lengths[2 * i];
      load(value, at, lengths[2 * i + 1]);
      at += lengths[2 * i + 1];
      visitor.entry(key, value);
    }
  }

  private int append(Slice part) {
    int at = bytes.length();
    bytes.resize(Math.addExact(at, part.length()));
    System.arraycopy(part.array(), 0, bytes.array(), at, part.length());
    return part.length();
  }

  private void load(Slice into, int at, int length) {
    into.resize(length);
    System.arraycopy(bytes.array(), at, into.array(), 0, length);
  }
}
