package dev.tideline.hub.testing;

import com.google.protobuf.ByteString;
import dev.tideline.store.InMemoryTable;
import dev.tideline.store.Slice;
import dev.tideline.store.Table;
import dev.tideline.store.TableConfig;
import java.util.HashMap;
import java.util.Map;

/** A table on the heap that shows all it holds. */
public final class HeapTable implements Table {

  private final Table entries;

  public HeapTable(long entriesMax) {
    this(entriesMax, () -> {});
  }

  /** One that lets something happen behind each entry of a walk. */
  public HeapTable(long entriesMax, Runnable behindEntry) {
    var config = new TableConfig(entriesMax, TableConfig.DEFAULT.bytesMax());
    entries = new InMemoryTable(config, behindEntry);
  }

  /** Everything it holds. */
  public Map<ByteString, ByteString> content() {
    var content = new HashMap<ByteString, ByteString>();
    try (var walk = entries.walk(0)) {
      while (walk.next((key, value) -> content.put(key.toByteString(), value.toByteString()))) {}
    }
    return content;
  }

  @Override
  public boolean get(Slice key, Slice into) {
    return entries.get(key, into);
  }

  @Override
  public boolean put(Slice key, Slice value) {
    return entries.put(key, value);
  }

  @Override
  public boolean remove(Slice key) {
    return entries.remove(key);
  }

  @Override
  public Walk walk(int fromSegment) {
    return entries.walk(fromSegment);
  }

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public long bytes() {
    return entries.bytes();
  }

  @Override
  public long entriesMax() {
    return entries.entriesMax();
  }

  @Override
  public long bytesMax() {
    return entries.bytesMax();
  }

  @Override
  public void close() {
    entries.close();
  }
}
