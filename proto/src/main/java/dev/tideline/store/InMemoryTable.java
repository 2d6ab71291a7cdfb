package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A {@link Table} on the heap, for simulation and tests. It visits its entries in the order of
 * their keys, so that a run can be repeated to the byte.
 */
public final class InMemoryTable implements Table {

  private final TableConfig config;
  private final TableBounds bounds;
  private final ConcurrentSkipListMap<ByteString, ByteString> entries =
      new ConcurrentSkipListMap<>(ByteString.unsignedLexicographicalComparator());

  public InMemoryTable(TableConfig config) {
    this.config = config;
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
  public void forEach(Visitor visitor) {
    var keySlice = new Slice(config.averageKeyBytes());
    var valueSlice = new Slice(config.averageValueBytes());
    entries.forEach(
        (key, value) -> {
          keySlice.set(key);
          valueSlice.set(value);
          visitor.entry(keySlice, valueSlice);
        });
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
  public void close() {
    entries.clear();
  }
}
