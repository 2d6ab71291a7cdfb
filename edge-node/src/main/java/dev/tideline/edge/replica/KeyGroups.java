package dev.tideline.edge.replica;

import dev.tideline.model.QualifiedKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which keys must be folded, and become visible, together.
 *
 * <p>Two keys are bound if one decision of a batch changed both, or if one own mutation touches
 * both, whether it leaves pending or stays. The second kind matters even where the batch names only
 * one of them: a pending mutation counts on all its keys or on none, so when the base of one moves
 * so that a rule rejects its operation there, its effect disappears from the others; and through a
 * next pending mutation that reaches the keys of a next. A group is therefore everything that is
 * bound directly or through others.
 */
final class KeyGroups {

  private final PendingIndex pending;
  private final Map<QualifiedKey, ArrayDeque<Collection<QualifiedKey>>> bound = new HashMap<>();
  private List<QualifiedKey> decision = List.of();
  private long revision;

  KeyGroups(PendingIndex pending) {
    this.pending = pending;
  }

  /** Binds keys to each other; one alone binds nothing. */
  void bind(Collection<QualifiedKey> keys) {
    if (keys.size() > 1) {
      keys.forEach(key -> bindTo(key, keys));
    }
  }

  /**
   * Notes a change in the order of the batch: keys that one decision changed are bound, also where
   * a later decision changes one of them again.
   */
  void changed(QualifiedKey key, long atRevision) {
    if (atRevision != revision) {
      revision = atRevision;
      decision = new ArrayList<>(1);
    }
    decision.add(key);
    if (decision.size() == 2) {
      bindTo(decision.getFirst(), decision);
    }
    if (decision.size() > 1) {
      bindTo(key, decision);
    }
  }

  private void bindTo(QualifiedKey key, Collection<QualifiedKey> keys) {
    bound.computeIfAbsent(key, first -> new ArrayDeque<>(1)).add(keys);
  }

  /** Whether every key is a group of its own. */
  boolean allSingle() {
    return bound.isEmpty() && !pending.holdsSeveral();
  }

  /** The group of a key, itself included. */
  Set<QualifiedKey> of(QualifiedKey key) {
    var group = new LinkedHashSet<QualifiedKey>();
    var found = new ArrayDeque<>(List.of(key));
    while (!found.isEmpty()) {
      var next = found.remove();
      if (group.add(next)) {
        bound.getOrDefault(next, new ArrayDeque<>()).forEach(found::addAll);
        for (var mutation : pending.of(next)) {
          if (mutation.mutation().operations().size() > 1) {
            found.addAll(mutation.mutation().targets());
          }
        }
      }
    }
    return group;
  }
}
