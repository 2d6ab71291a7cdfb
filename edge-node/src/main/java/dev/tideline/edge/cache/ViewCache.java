package dev.tideline.edge.cache;

import dev.tideline.codec.TableKeys;
import dev.tideline.model.QualifiedKey;
import dev.tideline.store.Slice;
import dev.tideline.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The edge's table as entries. {@link #put} is called under the replica's lock; {@link #get} from
 * any thread, and it takes no lock of ours.
 */
public final class ViewCache implements AutoCloseable {

  private static final int BUFFER_BYTES = 1024;

  private volatile Table table;
  private final Slice writeKey = new Slice(BUFFER_BYTES);
  private final Slice writeValue = new Slice(BUFFER_BYTES);
  private final ThreadLocal<Buffers> readBuffers = ThreadLocal.withInitial(Buffers::new);

  public ViewCache(Table table) {
    this.table = table;
  }

  /** What is held of the key; {@link CacheEntry#NONE} if nothing is. */
  public CacheEntry get(QualifiedKey key) {
    var buffers = readBuffers.get();
    TableKeys.write(key, buffers.key);
    return find(buffers.key, buffers.value) ? CacheEntry.read(buffers.value) : CacheEntry.NONE;
  }

  /** The revision of the last change held of the key; 0 if the hub has said nothing of it. */
  public long changeRevision(QualifiedKey key) {
    var buffers = readBuffers.get();
    TableKeys.write(key, buffers.key);
    return find(buffers.key, buffers.value) ? CacheEntry.changeRevision(buffers.value) : 0;
  }

  /** A table that was replaced meanwhile closes after its last reader; the next one is asked. */
  private boolean find(Slice key, Slice value) {
    while (true) {
      var asked = table;
      try {
        return asked.get(key, value);
      } catch (IllegalStateException e) {
        if (asked.equals(table)) {
          throw e;
        }
      }
    }
  }

  /** Drops what is held of the key. */
  public void remove(QualifiedKey key) {
    TableKeys.write(key, writeKey);
    table.remove(writeKey);
  }

  /** Readers find what another cache holds from here on; the table that they left, to be closed. */
  public Table replace(ViewCache other) {
    var left = table;
    table = other.table;
    return left;
  }

  /** The table beneath. */
  public Table table() {
    return table;
  }

  /** Sees the keys of one segment of the table. */
  public interface KeysVisitor {
    void keys(List<QualifiedKey> keys);
  }

  /** Visits all keys, segment by segment, while work goes on. */
  public void forEachSegment(KeysVisitor visitor) {
    try (var walk = table.walk(0)) {
      var keys = new ArrayList<QualifiedKey>();
      while (walk.next((key, value) -> keys.add(TableKeys.read(key)))) {
        visitor.keys(List.copyOf(keys));
        keys.clear();
      }
    }
  }

  /**
   * Copies the entry of the key, without making objects of it.
   *
   * @param keyBuffer is used for the key
   * @param into holds {@link CacheEntry#NONE} afterwards if nothing is held
   * @return where in {@code into} the view's state begins
   */
  public int get(QualifiedKey key, Slice keyBuffer, Slice into) {
    TableKeys.write(key, keyBuffer);
    if (!find(keyBuffer, into)) {
      CacheEntry.NONE.write(into);
    }
    return CacheEntry.viewOrBaseAt(into);
  }

  /** Whether an entry that was copied has a view beside its base. */
  public boolean isPending(Slice entry) {
    return CacheEntry.isPending(entry);
  }

  /** Replaces what is held of the key; false, with nothing changed, if the table is full. */
  public boolean put(QualifiedKey key, CacheEntry entry) {
    TableKeys.write(key, writeKey);
    entry.write(writeValue);
    return table.put(writeKey, writeValue);
  }

  /** Sees what the hub has decided of a key; the slices are reused between calls. */
  public interface BaseVisitor {

    /**
     * One key.
     *
     * @param value of which the first {@code baseLength} bytes are an entry without its view
     */
    void base(Slice key, Slice value, int baseLength);
  }

  /** Visits the base of every key of which the hub has said something, while work goes on. */
  public void forEachBase(BaseVisitor visitor) {
    try (var walk = table.walk(0)) {
      boolean more = true;
      while (more) {
        more = walk.next((key, value) -> visit(key, value, visitor));
      }
    }
  }

  /** Visits every key that is held, tombstones included, in no order, while work goes on. */
  public void forEachKey(Consumer<QualifiedKey> visitor) {
    try (var walk = table.walk(0)) {
      boolean more = true;
      while (more) {
        more = walk.next((key, value) -> visitor.accept(TableKeys.read(key)));
      }
    }
  }

  private static void visit(Slice key, Slice value, BaseVisitor visitor) {
    if (CacheEntry.changeRevision(value) > 0) {
      visitor.base(key, value, CacheEntry.baseLength(value));
    }
  }

  /** Makes room for so many entries to be restored. */
  public void expect(long entries) {
    table.expect(entries);
  }

  /** Stores what {@link #forEachBase} showed; false if the table is full. */
  public boolean restore(Slice key, Slice value) {
    return table.put(key, value);
  }

  /** Whether so many more keys can be expected to find room. */
  public boolean hasRoom(int keys) {
    return table.size() + keys <= table.entriesMax();
  }

  /**
   * Whether a local write of that many bytes can be expected to find room; one of none always can.
   * Room for one of the largest entries is left to the changes that come from the hub.
   */
  public boolean hasRoomFor(long valueBytes) {
    return valueBytes == 0
        || table.bytes() + valueBytes <= table.bytesMax() - Table.VALUE_BYTES_MAX;
  }

  /** Number of keys held, tombstones included. */
  public long size() {
    return table.size();
  }

  @Override
  public void close() {
    table.close();
  }

  private static final class Buffers {
    private final Slice key = new Slice(BUFFER_BYTES);
    private final Slice value = new Slice(BUFFER_BYTES);
  }
}
