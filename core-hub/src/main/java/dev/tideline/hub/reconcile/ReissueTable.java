package dev.tideline.hub.reconcile;

import dev.tideline.model.MutationId;
import dev.tideline.model.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What mutations of one partition were issued again as, and decided: edges that have to leave an
 * incarnation give a new id to what they had made under it, and receipts keep the old one. Rows
 * stay as long as anything is known of the incarnation. Guarded by the partition's lock.
 */
final class ReissueTable {

  private final Map<MutationId, Optional<MutationId>> latest = new HashMap<>();

  /** Takes a decision of what had been issued as something else before. */
  void put(MutationId original, MutationId id, Verdict verdict) {
    var before = latest.putIfAbsent(original, Optional.of(id));
    boolean again =
        verdict == Verdict.DUPLICATE || before == null || before.equals(Optional.of(id));
    if (!again) {
      // Two processes that went on from one memory had given it to two mutations, or the hub cannot
      // tell that they had not.
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

  /** The highest sequence of a source that was issued again; 0 if none was. */
  long highest(Source source) {
    long highest = 0;
    for (var original : latest.keySet()) {
      if (Source.of(original).equals(source)) {
        highest = Math.max(highest, original.sequence());
      }
    }
    return highest;
  }

  /** Nobody asks for a source any more. */
  void forget(Source source) {
    latest.keySet().removeIf(original -> Source.of(original).equals(source));
  }

  /** Takes what a checkpoint holds. */
  void restore(Map<MutationId, Optional<MutationId>> rows) {
    latest.putAll(rows);
  }
}
