package dev.tideline.edge.replica;

import dev.tideline.model.Context;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.VersionToken;
import java.util.List;

/**
 * Keys whose views moved together, as one mutation or one decision moved them.
 *
 * @param context of a reader who sees the keys as they are after it
 */
public record ViewMove(int partition, Context context, List<Moved> keys) {

  public ViewMove {
    keys = List.copyOf(keys);
  }

  /** What a reader of one of the keys has seen. */
  public VersionToken token(Moved moved) {
    return new VersionToken(partition, context, moved.view().time());
  }

  /** Why a view moved. */
  public enum Kind {
    /** A write of this edge, which the hub has not decided. */
    LOCAL,
    /** Decided by the hub. */
    COMMITTED,
    /** What was predicted did not come to be, or came differently. */
    ROLLED_BACK
  }

  /** One key. */
  public record Moved(QualifiedKey key, Kind kind, State view, boolean pendingLocal) {}
}
