package dev.tideline.hub.reconcile;

import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Mutations that were decided again and of which nobody knows where they stood, by the keys that
 * they are about. Guarded by the partition's lock.
 */
final class UnplacedMutations {

  /** Bounds the heap; what is beyond counts as not seen by anybody. */
  private static final int ENTRIES_MAX = 20_000;

  private final Map<QualifiedKey, List<One>> byKey = new HashMap<>();
  private final Set<MutationId> ids = new HashSet<>();
  private int entries;

  /**
   * A mutation.
   *
   * @param behind where it stood at the earliest
   * @param time as it was made, however far ahead its clock was
   */
  record One(MutationId id, Position behind, HybridTime time) {}

  void add(One one, Set<QualifiedKey> keys) {
    for (var key : keys) {
      if (entries < ENTRIES_MAX) {
        entries++;
        ids.add(one.id());
        byKey.computeIfAbsent(key, any -> new ArrayList<>()).add(one);
      }
    }
  }

  /** It is none of these any more; what it was, if it was one. */
  Optional<Removed> remove(MutationId id) {
    if (!ids.remove(id)) {
      return Optional.empty();
    }
    var keys = new HashSet<QualifiedKey>();
    Optional<One> removed = Optional.empty();
    for (var each : byKey.entrySet()) {
      var found = each.getValue().stream().filter(one -> one.id().equals(id)).findFirst();
      if (found.isPresent()) {
        each.getValue().remove(found.get());
        entries--;
        keys.add(each.getKey());
        removed = found;
      }
    }
    return removed.map(one -> new Removed(one, keys));
  }

  /** What was removed. */
  record Removed(One one, Set<QualifiedKey> keys) {}

  /** Whether it is one of these. */
  boolean contains(MutationId id) {
    return ids.contains(id);
  }

  /**
   * What somebody saw at a key, as far as that can be told.
   *
   * @param sure it is the only one that is possible
   */
  record Seen(One one, boolean sure) {}

  /**
   * The one that somebody saw at a key. Whoever saw a version has a later time, unless the
   * version's clock was so far ahead that its time was cut; so later ones are suspected only where
   * no earlier one is possible. Where several are possible, the one that is there is as good as
   * any: he saw it, or something that was made before him as it was.
   *
   * @param made when the one who saw it was made
   * @param possible what else is known
   * @param current what is there, if anything
   */
  Optional<Seen> seenAt(
      QualifiedKey key, HybridTime made, Predicate<One> possible, Optional<MutationId> current) {
    var all = byKey.getOrDefault(key, List.of()).stream().filter(possible).toList();
    var earlier = all.stream().filter(one -> one.time().compareTo(made) < 0).toList();
    var likely = earlier.isEmpty() ? all : earlier;
    if (likely.size() == 1) {
      return Optional.of(new Seen(likely.getFirst(), true));
    }
    return likely.stream()
        .filter(one -> current.filter(one.id()::equals).isPresent())
        .map(one -> new Seen(one, false))
        .findFirst();
  }
}
