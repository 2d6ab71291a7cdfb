package dev.tideline.hub.snapshot;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.TableKeys;
import dev.tideline.hub.reconcile.CanonicalTable;
import dev.tideline.model.Catalog;
import dev.tideline.model.Change;
import dev.tideline.model.Interests;
import dev.tideline.model.Layout;
import dev.tideline.model.QualifiedKey;
import dev.tideline.store.Slice;
import dev.tideline.wire.v1.SnapshotChunk;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the canonical table goes into a snapshot: entries in scope whose change is at or below
 * the start of their partition. What is newer comes with the stream. No thread, clock or stream.
 *
 * <p>The table is read while partitions write it, so an entry may be met that is not decided yet,
 * or never will be: its revision is above the start, and what it replaced may come back. Such a key
 * is looked at again between two decisions; if what it holds then is still newer, it was decided
 * and the stream brings it.
 */
public final class SnapshotCore {

  /**
   * Where a chunk is closed behind a segment of the table: only there a walk can be gone on with.
   */
  static final int CHUNK_BYTES = 256 * 1024;

  /**
   * Where it is closed within a segment; the largest state on top still fits a message of 4 MiB.
   */
  static final int CHUNK_BYTES_MAX = 1024 * 1024;

  private final Layout layout;
  private final Interests scope;
  private final Catalog catalog;
  private final long[] starts;
  private final SettledEntries settled;
  private final List<SnapshotChunk.Builder> chunks = new ArrayList<>();
  private int openBytes;

  /** Looks at a key between two decisions of its partition. */
  public interface SettledEntries {
    CanonicalTable.Entry read(QualifiedKey key);
  }

  /**
   * A core for one snapshot.
   *
   * @param starts per partition the revision up to which its state is sent
   */
  public SnapshotCore(
      Layout layout, Interests scope, Catalog catalog, long[] starts, SettledEntries settled) {
    this.layout = layout;
    this.scope = scope;
    this.catalog = catalog;
    this.starts = starts.clone();
    this.settled = settled;
  }

  /** Takes an entry of the table. */
  public void accept(Slice key, Slice value) {
    var target = TableKeys.read(key);
    if (!scope.covers(target)) {
      return;
    }
    long start = starts[layout.partitionOf(target.key().zone())];
    var entry = CanonicalTable.Entry.read(value);
    if (entry.changeRevision() > start) {
      entry = settled.read(target);
    }
    if (entry.changeRevision() > 0 && entry.changeRevision() <= start) {
      add(target, entry);
    }
  }

  private void add(QualifiedKey target, CanonicalTable.Entry entry) {
    var contract = catalog.find(target.namespace());
    if (contract.isEmpty()) {
      throw new IllegalStateException("the table holds '%s', of no namespace".formatted(target));
    }
    var change =
        new Change(target, contract.get().type(), entry.changeRevision(), 0, entry.state());
    ByteString bytes = ChangeCodec.encode(change);
    if (chunks.isEmpty() || openBytes >= CHUNK_BYTES_MAX) {
      chunks.add(SnapshotChunk.newBuilder());
      openBytes = 0;
    }
    chunks.getLast().addChanges(bytes);
    openBytes += bytes.size();
  }

  /** Whether there is a chunk of that size to be sent before more is taken. */
  public boolean full(int chunkBytes) {
    return chunks.size() > 1 || openBytes >= chunkBytes;
  }

  /** The chunks gathered since the last call; empty if nothing was in scope. */
  public List<SnapshotChunk.Builder> take() {
    var taken = List.copyOf(chunks);
    chunks.clear();
    openBytes = 0;
    return taken;
  }
}
