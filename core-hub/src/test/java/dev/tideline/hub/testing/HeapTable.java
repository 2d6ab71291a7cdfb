package dev.tideline.hub.testing;

import com.google.protobuf.ByteString;
import dev.tideline.store.Slice;
import dev.tideline.store.Table;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A table on the heap. */
public final class HeapTable implements Table {

  private final Map<ByteString, ByteString> entries = new ConcurrentHashMap<>();
  private final long entriesMax;

  public HeapTable(long entriesMax) {
    this.entriesMax = entriesMax;
  }

  /** Everything it holds. */
  public Map<ByteString, ByteString> content() {
    return Map.copyOf(entries);
  }

  @Override
  public boolean get(Slice key, Slice into) {
    var value = entries.get(key.toByteString());
    into.set(value == null ? ByteString.EMPTY : value);
    return value != null;
  }

  @Override
  public boolean put(Slice key, Slice value) {
    var copy = key.toByteString();
    if (entries.size() >= entriesMax && !entries.containsKey(copy)) {
      return false;
    }
    entries.put(copy, value.toByteString());
    return true;
  }

  @Override
  public boolean remove(Slice key) {
    return entries.remove(key.toByteString()) != null;
  }

  @Override
  public void forEach(Visitor visitor) {
    entries.forEach((key, value) -> visitor.entry(Slice.copyOf(key), Slice.copyOf(value)));
  }

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public long bytes() {
    return entries.entrySet().stream()
        .mapToLong(e -> e.getKey().size() + e.getValue().size())
        .sum();
  }

  @Override
  public long entriesMax() {
    return entriesMax;
  }

  @Override
  public void close() {}
}
