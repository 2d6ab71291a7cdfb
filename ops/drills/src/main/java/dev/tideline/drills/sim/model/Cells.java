package dev.tideline.drills.sim.model;

import dev.tideline.model.QualifiedKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What every key was, at every revision of its partition. */
final class Cells {

  private final Map<QualifiedKey, List<Entry>> entries = new HashMap<>();
  private long held;

  private record Entry(long revision, Cell cell) {}

  /** A key becomes something; how to take it back. */
  Runnable put(QualifiedKey key, long revision, Cell cell) {
    var list = entries.computeIfAbsent(key, of -> new ArrayList<>());
    held += list.isEmpty() ? 1 : 0;
    list.add(new Entry(revision, cell));
    return () -> {
      list.removeLast();
      held -= list.isEmpty() ? 1 : 0;
    };
  }

  /** How many keys there are. */
  long held() {
    return held;
  }

  boolean isHeld(QualifiedKey key) {
    return !entries.getOrDefault(key, List.of()).isEmpty();
  }

  /** A key as decided last. */
  Cell last(QualifiedKey key) {
    var list = entries.getOrDefault(key, List.of());
    return list.isEmpty() ? Cell.NOTHING : list.getLast().cell();
  }

  /** A key as it was at a revision of its partition. */
  Cell at(QualifiedKey key, long revision) {
    var list = entries.getOrDefault(key, List.of());
    for (int i = list.size() - 1; i >= 0; i--) {
      if (list.get(i).revision() <= revision) {
        return list.get(i).cell();
      }
    }
    return Cell.NOTHING;
  }

  /** Every key that was ever decided of. */
  Set<QualifiedKey> keys() {
    return new LinkedHashSet<>(entries.keySet());
  }
}
