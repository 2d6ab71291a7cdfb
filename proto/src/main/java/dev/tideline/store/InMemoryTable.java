package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A {@link Table} on the heap, for simulation and tests. It visits its entries in the order of
 * their keys, so that a run can be repeated to the byte; a segment is a range of keys, and the
 * table divides them anew when it has grown to twice its size, as one off the heap does.
 */
public final class InMemoryTable implements Table {

  private static final int SEGMENT_ENTRIES = 64;

  private final TableConfig config;
  private final int segmentEntries;
  private final Runnable behindEntry;
  private final TableBounds bounds;
  private final ConcurrentSkipListMap<ByteString, ByteString> entries =
      new ConcurrentSkipListMap<>(ByteString.unsignedLexicographicalComparator());
  private volatile KeyRanges layout = new KeyRanges(1, List.of());

  public InMemoryTable(TableConfig config) {
    this(config, () -> {});
  }

  /** A table whose segments hold so many entries when it is laid out. */
  public InMemoryTable(TableConfig config, int segmentEntries) {
    this(config, segmentEntries, () -> {});
  }

  /** A table that lets something happen behind each entry of a walk. */
  public InMemoryTable(TableConfig config, Runnable behindEntry) {
    this(config, SEGMENT_ENTRIES, behindEntry);
  }

  private InMemoryTable(TableConfig config, int segmentEntries, Runnable behindEntry) {
    this.config = config;
    this.segmentEntries = segmentEntries;
    this.behindEntry = behindEntry;
    bounds = new TableBounds(config);
  }

  @Override
  public boolean get(Slice key, Slice into) {
    var value = entries.get(key.toByteString());
    into.set(value == null ? ByteString.EMPTY : value);
    return value != null;
  }

  @Override
  public boolean put(Slice key, Slice value) {
    TableBounds.checkValue(value);
    var name = key.toByteString();
    var before = entries.get(name);
    long addedEntries = before == null ? 1 : 0;
    long addedBytes =
        before == null ? key.length() + value.length() : value.length() - before.size();
    if (!bounds.allow(addedEntries, addedBytes)) {
      return false;
    }
    entries.put(name, value.toByteString());
    bounds.add(addedEntries, addedBytes);
    if (bounds.entries() > 2L * segmentEntries * layout.segments()) {
      divide();
    }
    return true;
  }

  @Override
  public boolean remove(Slice key) {
    var removed = entries.remove(key.toByteString());
    if (removed == null) {
      return false;
    }
    bounds.add(-1, -(long) (key.length() + removed.size()));
    return true;
  }

  @Override
  public Walk walk(int fromSegment) {
    return new KeyOrderWalk(layout, fromSegment);
  }

  /** Lays the keys of this moment out in segments of equal size. */
  private void divide() {
    var firsts = new ArrayList<ByteString>();
    int inSegment = 0;
    for (var key : entries.keySet()) {
      if (inSegment == segmentEntries) {
        firsts.add(key);
        inSegment = 0;
      }
      inSegment++;
    }
    layout = new KeyRanges(layout.number() + 1, List.copyOf(firsts));
  }

  @Override
  public long size() {
    return bounds.entries();
  }

  @Override
  public long bytes() {
    return bounds.bytes();
  }

  @Override
  public long entriesMax() {
    return config.entriesMax();
  }

  @Override
  public long bytesMax() {
    return config.bytesMax();
  }

  @Override
  public void close() {
    entries.clear();
  }

  /** Segment i begins with {@code firsts[i - 1]}; the first one has no lower end. */
  private record KeyRanges(long number, List<ByteString> firsts) {
    int segments() {
      return firsts.size() + 1;
    }
  }

  private final class KeyOrderWalk implements Walk {

    private final KeyRanges ranges;
    private final SegmentCopy copy = new SegmentCopy();
    private int segment;

    KeyOrderWalk(KeyRanges ranges, int fromSegment) {
      this.ranges = ranges;
      segment = SegmentCopy.checkFrom(fromSegment, ranges.segments());
    }

    @Override
    public long layout() {
      return ranges.number();
    }

    @Override
    public int segments() {
      return ranges.segments();
    }

    @Override
    public int segment() {
      return segment;
    }

    @Override
    public boolean next(Visitor visitor) {
      if (segment == segments()) {
        return false;
      }
      copy.clear();
      range().forEach((key, value) -> copy.add(Slice.copyOf(key), Slice.copyOf(value)));
      segment++;
      copy.visit(
          (key, value) -> {
            visitor.entry(key, value);
            behindEntry.run();
          });
      return true;
    }

    private NavigableMap<ByteString, ByteString> range() {
      var from = segment == 0 ? ByteString.EMPTY : ranges.firsts().get(segment - 1);
      return segment == segments() - 1
          ? entries.tailMap(from, true)
          : entries.subMap(from, true, ranges.firsts().get(segment), false);
    }

    @Override
    public void close() {}
  }
}
