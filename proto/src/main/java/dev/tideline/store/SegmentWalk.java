package dev.tideline.store;

import net.openhft.chronicle.map.ChronicleMap;

/** A walk over one map. */
final class SegmentWalk implements Table.Walk {

  private final ChronicleMap<Slice, Slice> map;
  private final Slice key = new Slice(512);
  private final Slice value = new Slice(1024);
  private final SegmentCopy copy = new SegmentCopy();
  private int segment;

  SegmentWalk(ChronicleMap<Slice, Slice> map, int fromSegment) {
    this.map = map;
    segment = SegmentCopy.checkFrom(fromSegment, map.segments());
  }

  @Override
  public long layout() {
    return 1;
  }

  @Override
  public int segments() {
    return map.segments();
  }

  @Override
  public int segment() {
    return segment;
  }

  @Override
  public boolean next(Table.Visitor visitor) {
    if (segment == map.segments()) {
      return false;
    }
    copy.clear();
    try (var context = map.segmentContext(segment)) {
      context.forEachSegmentEntry(
          entry -> {
            entry.key().getUsing(key);
            entry.value().getUsing(value);
            copy.add(key, value);
          });
    }
    segment++;
    copy.visit(visitor);
    return true;
  }

  @Override
  public void close() {}
}
