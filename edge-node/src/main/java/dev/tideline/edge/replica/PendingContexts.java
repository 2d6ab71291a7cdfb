package dev.tideline.edge.replica;

import dev.tideline.model.Position;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What the mutations that are pending in one partition had seen of it. Guarded by the replica's
 * lock.
 */
final class PendingContexts {

  /** By term: how many saw it up to a revision. */
  private final Map<Long, TreeMap<Long, Integer>> terms = new HashMap<>();

  void add(Position seen) {
    terms
        .computeIfAbsent(seen.term(), any -> new TreeMap<>())
        .merge(seen.revision(), 1, Integer::sum);
  }

  void remove(Position seen) {
    terms.computeIfPresent(
        seen.term(),
        (term, revisions) -> {
          revisions.computeIfPresent(
              seen.revision(), (revision, count) -> count == 1 ? null : count - 1);
          return revisions.isEmpty() ? null : revisions;
        });
  }

  /** The lowest revision that one of them saw; empty if there is none. */
  OptionalLong lowest() {
    return terms.values().stream().mapToLong(TreeMap::firstKey).min();
  }

  /** The latest that one of them saw of each term that is not among these; the newest terms. */
  List<Position> latestBesides(List<Position> followed) {
    return terms.entrySet().stream()
        .filter(one -> followed.stream().noneMatch(term -> term.term() == one.getKey()))
        .map(one -> new Position(one.getKey(), one.getValue().lastKey()))
        .filter(seen -> seen.revision() > 0)
        .sorted(Comparator.comparing(Position::term, Long::compareUnsigned).reversed())
        .limit(PartitionReplica.TERMS_MAX)
        .toList();
  }
}
