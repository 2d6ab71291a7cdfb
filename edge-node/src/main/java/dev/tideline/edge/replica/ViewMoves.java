package dev.tideline.edge.replica;

import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.edge.replica.ViewMove.Kind;
import dev.tideline.edge.replica.ViewMove.Moved;
import dev.tideline.model.QualifiedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gathers what one batch of changes moves, group by group, to be told once all of it is applied:
 * only then is it known what a reader has seen. Costs nothing while nobody listens.
 */
final class ViewMoves {

  private final ReplicaState state;
  private final int partition;
  private final boolean listening;
  private final List<List<Moved>> groups = new ArrayList<>();

  ViewMoves(ReplicaState state, int partition) {
    this.state = state;
    this.partition = partition;
    listening = state.listener().listens(partition);
  }

  /**
   * Notes a group before it is stored.
   *
   * @param changed keys that a decision changed
   */
  void note(Map<QualifiedKey, CacheEntry> entries, Set<QualifiedKey> changed) {
    if (!listening) {
      return;
    }
    var moved = new ArrayList<Moved>(entries.size());
    entries.forEach(
        (key, entry) -> {
          var before = state.cache.get(key);
          boolean newer = changed.contains(key) && entry.changeRevision() > before.changeRevision();
          // A write that makes no difference in the end was told as LOCAL all the same.
          boolean settled = before.pending() && !entry.pending();
          if (newer || settled || !entry.view().equals(before.view())) {
            var kind = newer ? Kind.COMMITTED : Kind.ROLLED_BACK;
            moved.add(new Moved(key, kind, entry.view(), entry.pending()));
          }
        });
    if (!moved.isEmpty()) {
      groups.add(moved);
    }
  }

  /** Tells everything, in the order in which it was noted. */
  void tell() {
    if (!groups.isEmpty()) {
      var context = state.contextOf(partition);
      groups.forEach(group -> state.listener().moved(new ViewMove(partition, context, group)));
    }
  }
}
