package dev.tideline.edge.replica;

import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.QualifiedKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An independent model of hub and edge for one partition, written as plainly as can be: it keeps
 * the whole history and replays it for every question; a mutation of which one operation cannot be
 * done is not done at all. It shares no rule with the product.
 */
final class NaiveWorld {

  /** What a key is worth: text of a register, number of a counter; empty if dead or unwritten. */
  record Worth(Optional<String> value) {
    static final Worth NOTHING = new Worth(Optional.empty());
  }

  private record Live(Mutation by, long revision, boolean dead, String text) {}

  private final List<Mutation> history = new ArrayList<>();
  private final Set<MutationId> known = new HashSet<>();

  /** Decides a mutation at the next revision, once. */
  boolean decide(Mutation mutation) {
    if (!known.add(mutation.id())) {
      return false;
    }
    history.add(mutation);
    return true;
  }

  long head() {
    return history.size();
  }

  Mutation at(long revision) {
    return history.get((int) revision - 1);
  }

  /** The worth of a key after the first decisions and then some pending mutations. */
  Worth worth(QualifiedKey key, long revision, List<Mutation> pending) {
    var registers = new HashMap<QualifiedKey, Live>();
    var sums = new HashMap<QualifiedKey, Long>();
    for (int i = 0; i < revision; i++) {
      play(history.get(i), i + 1, registers, sums);
    }
    for (var mutation : pending) {
      play(mutation, 0, registers, sums);
    }
    if (sums.containsKey(key)) {
      return new Worth(Optional.of(Long.toString(sums.get(key))));
    }
    var live = registers.get(key);
    return live == null || live.dead() ? Worth.NOTHING : new Worth(Optional.of(live.text()));
  }

  private static void play(
      Mutation mutation,
      long revision,
      Map<QualifiedKey, Live> registers,
      Map<QualifiedKey, Long> sums) {
    var registersBefore = new HashMap<>(registers);
    var sumsBefore = new HashMap<>(sums);
    try {
      for (var operation : mutation.operations()) {
        switch (operation) {
          case Operation.Add add -> sums.merge(add.target(), add.delta(), Math::addExact);
          case Operation.Put put ->
              take(put.target(), mutation, revision, false, put.value().toStringUtf8(), registers);
          case Operation.Delete delete ->
              take(delete.target(), mutation, revision, true, "", registers);
        }
      }
    } catch (ArithmeticException e) {
      registers.clear();
      registers.putAll(registersBefore);
      sums.clear();
      sums.putAll(sumsBefore);
    }
  }

  private static void take(
      QualifiedKey key,
      Mutation mutation,
      long revision,
      boolean dead,
      String text,
      Map<QualifiedKey, Live> registers) {
    var current = registers.get(key);
    if (current == null || saw(mutation, current) || wins(mutation, current.by())) {
      registers.put(key, new Live(mutation, revision, dead, text));
    }
  }

  private static boolean saw(Mutation mutation, Live current) {
    if (current.revision() > 0 && current.revision() <= mutation.context().seen().revision()) {
      return true;
    }
    var other = current.by().id();
    if (other.equals(mutation.id())) {
      return true;
    }
    for (var own : mutation.context().own()) {
      if (own.edge().equals(other.edge())
          && own.incarnation() == other.incarnation()
          && other.sequence() <= own.sequence()) {
        return true;
      }
    }
    return false;
  }

  private static boolean wins(Mutation mutation, Mutation other) {
    int byTime = mutation.time().compareTo(other.time());
    return byTime != 0 ? byTime > 0 : mutation.id().compareTo(other.id()) > 0;
  }
}
