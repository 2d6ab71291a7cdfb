package dev.tideline.hub.testing;

import dev.tideline.store.Slice;
import dev.tideline.store.Table;

/** A table that lets something happen behind each entry of a walk. */
public final class WatchedTable implements Table {

  private final HeapTable table;
  private final Runnable behindEntry;

  public WatchedTable(HeapTable table, Runnable behindEntry) {
    this.table = table;
    this.behindEntry = behindEntry;
  }

  @Override
  public boolean get(Slice key, Slice into) {
    return table.get(key, into);
  }

  @Override
  public boolean put(Slice key, Slice value) {
    return table.put(key, value);
  }

  @Override
  public boolean remove(Slice key) {
    return table.remove(key);
  }

  @Override
  public Walk walk(int fromSegment) {
    var walk = table.walk(fromSegment);
    return new Walk() {
      @Override
      public long layout() {
        return walk.layout();
      }

      @Override
      public int segments() {
        return walk.segments();
      }

      @Override
      public int segment() {
        return walk.segment();
      }

      @Override
      public boolean next(Visitor visitor) {
        return walk.next(
            (key, value) -> {
              visitor.entry(key, value);
              behindEntry.run();
            });
      }

      @Override
      public void close() {
        walk.close();
      }
    };
  }

  @Override
  public long size() {
    return table.size();
  }

  @Override
  public long bytes() {
    return table.bytes();
  }

  @Override
  public long entriesMax() {
    return table.entriesMax();
  }

  @Override
  public long bytesMax() {
    return table.bytesMax();
  }

  @Override
  public void close() {
    table.close();
  }
}
