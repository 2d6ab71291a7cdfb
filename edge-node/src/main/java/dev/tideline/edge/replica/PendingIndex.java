package dev.tideline.edge.replica;

import dev.tideline.model.QualifiedKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pending mutations by key, each list in the order of the journal, with their totals. */
final class PendingIndex {

  private final Map<QualifiedKey, List<PendingMutation>> byKey = new HashMap<>();
  private final Map<Long, Integer> countByIncarnation = new HashMap<>();
  private int count;
  private int severalOperations;
  private long bytes;

  void add(PendingMutation pending) {
    for (var operation : pending.mutation().operations()) {
      var list = byKey.computeIfAbsent(operation.target(), key -> new ArrayList<>(1));
      if (list.isEmpty() || list.getLast().position() != pending.position()) {
        list.add(pending);
      }
    }
    countByIncarnation.merge(pending.mutation().id().incarnation(), 1, Integer::sum);
    count++;
    severalOperations += pending.mutation().operations().size() > 1 ? 1 : 0;
    bytes += pending.bytes();
  }

  void remove(PendingMutation pending) {
    for (var operation : pending.mutation().operations()) {
      byKey.computeIfPresent(
          operation.target(),
          (key, list) -> {
            list.remove(pending);
            return list.isEmpty() ? null : list;
          });
    }
    countByIncarnation.computeIfPresent(
        pending.mutation().id().incarnation(), (inc, n) -> n == 1 ? null : n - 1);
    count--;
    severalOperations -= pending.mutation().operations().size() > 1 ? 1 : 0;
    bytes -= pending.bytes();
  }

  List<PendingMutation> of(QualifiedKey key) {
    return byKey.getOrDefault(key, List.of());
  }

  /** Keys of which something is pending. */
  Set<QualifiedKey> keys() {
    return Set.copyOf(byKey.keySet());
  }

  boolean holds(long incarnation) {
    return countByIncarnation.containsKey(incarnation);
  }

  /** Whether a mutation of several operations is pending anywhere. */
  boolean holdsSeveral() {
    return severalOperations > 0;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }
}
