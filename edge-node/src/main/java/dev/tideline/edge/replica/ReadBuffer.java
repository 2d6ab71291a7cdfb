package dev.tideline.edge.replica;

import dev.tideline.codec.StateView;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.model.Context;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.VersionToken;
import dev.tideline.store.Slice;
import java.util.List;

/**
 * A place that a reader keeps for what its reads find, so that reading makes no garbage. Belongs to
 * one thread; what it shows is that of the last read.
 */
public final class ReadBuffer {

  private static final int BUFFER_BYTES = 1024;

  private final Slice key = new Slice(BUFFER_BYTES);
  private final Slice entry = new Slice(BUFFER_BYTES);
  private final StateView view = new StateView();
  private int partition;
  private Position seen = Position.START;
  private List<MutationId> own = List.of();
  private boolean pendingLocal;
  private long stalenessMs;

  /** Takes the entry of a key, and what somebody has seen who reads it now. */
  void take(ViewCache cache, QualifiedKey read, ReplicaState state, int number) {
    partition = number;
    seen = state.partition(number).cursor();
    own = state.ownSeen(number);
    int viewAt = cache.get(read, key, entry);
    pendingLocal = cache.isPending(entry);
    view.look(entry, viewAt);
  }

  /** Notes how old it may be. */
  public void stalenessMs(long ms) {
    stalenessMs = ms;
  }

  /** What the key holds, pending own mutations included; valid until the next read. */
  public StateView view() {
    return view;
  }

  /** The revision of the partition up to which everything is in it. */
  public long asOfRevision() {
    return seen.revision();
  }

  /** Milliseconds since the edge knew that it held everything; {@link Long#MAX_VALUE} if never. */
  public long stalenessMs() {
    return stalenessMs;
  }

  /** Whether own mutations that the hub has not decided are in it. */
  public boolean pendingLocal() {
    return pendingLocal;
  }

  /** What the reader has seen, for a conditional write; made when asked for. */
  public VersionToken token() {
    return new VersionToken(partition, new Context(seen, own), view.time());
  }
}
