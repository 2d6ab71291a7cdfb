package dev.tideline.edge.replica;

import dev.tideline.edge.replica.ReplicaCore.Backlog;
import dev.tideline.edge.replica.ReplicaCore.Watermarks;
import dev.tideline.model.Layout;

/** What waits for the hub. Guarded by the replica's lock. */
final class Outstanding {

  private Outstanding() {}

  static Backlog backlog(ReplicaState state) {
    long oldestMs = Long.MAX_VALUE;
    for (int i = 0; i < Layout.PARTITIONS_MAX; i++) {
      var first = state.partition(i).pending().peekFirst();
      if (first != null) {
        oldestMs = Math.min(oldestMs, first.mutation().time().millis());
      }
    }
    return new Backlog(state.pending.count(), state.pending.bytes(), oldestMs);
  }

  /** Position of the first pending mutation above its watermark. */
  static long firstToSend(ReplicaState state, Watermarks watermarks) {
    long first = Long.MAX_VALUE;
    for (int i = 0; i < Layout.PARTITIONS_MAX; i++) {
      for (var pending : state.partition(i).pending()) {
        var id = pending.mutation().id();
        if (id.sequence() > watermarks.of(id.incarnation(), i)) {
          first = Math.min(first, pending.position());
          break;
        }
      }
    }
    return first;
  }
}
