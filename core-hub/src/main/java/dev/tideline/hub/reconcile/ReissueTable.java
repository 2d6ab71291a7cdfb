package dev.tideline.hub.reconcile;

import dev.tideline.model.MutationId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What mutations of one partition were issued again as, and decided: edges that have to leave an
 * incarnation give a new id to what they had made under it, and receipts keep the old one. Rows
 * stay as long as anything is known of the incarnation. Guarded by the partition's lock.
 */
final class ReissueTable {

  private final Map<MutationId, Optional<MutationId>> latest = new HashMap<>();
  private final Predicate<MutationId> counts;

  /**
   * An empty one.
   *
   * @param counts whether what was decided under an id counts: of two copies of an edge that both
   *     issue the same again one does
   */
  ReissueTable(Predicate<MutationId> counts) {
    this.counts = counts;
  }

  /** Takes a decision of what had been issued as something else before. */
  void put(MutationId original, MutationId id) {
    var before = latest.get(original);
    if (before == null || (before.isPresent() && !counts.test(before.get()))) {
      latest.put(original, Optional.of(id));
    } else if (before.isPresent() && !before.get().equals(id) && counts.test(id)) {
      // Two processes that went on from one memory had given it to two mutations.
      latest.put(original, Optional.empty());
    }
  }

  /** Whether a mutation was issued again, and decided. */
  boolean holds(MutationId original) {
    return latest.containsKey(original);
  }

  /** What it was issued as then; empty if nobody can say which of two. */
  Optional<MutationId> latest(MutationId original) {
    return latest.getOrDefault(original, Optional.empty());
  }

  /** All rows, by reference. */
  Map<MutationId, Optional<MutationId>> all() {
    return latest;
  }

  /** Nobody asks for a source any more; the highest sequence of it that was issued again. */
  long forget(Source source) {
    long highest = 0;
    for (var original : latest.keySet()) {
      if (Source.of(original).equals(source)) {
        highest = Math.max(highest, original.sequence());
      }
    }
    latest.keySet().removeIf(original -> Source.of(original).equals(source));
    return highest;
  }

  /** Takes what a checkpoint holds. */
  void restore(Map<MutationId, Optional<MutationId>> rows) {
    latest.putAll(rows);
  }
}
