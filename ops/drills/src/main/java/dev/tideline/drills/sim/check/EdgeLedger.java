package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Made;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.model.MutationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What the journal of one machine holds, as somebody knows who watched it being written. */
final class EdgeLedger {

  private final History history;
  private final List<List<Made>> partitions = new ArrayList<>();
  private final Map<MutationId, Long> positions = new HashMap<>();
  private final Map<MutationId, MutationId> names = new HashMap<>();

  /** What was issued again stands where it was repeated. */
  private final Set<MutationId> replaced = new HashSet<>();

  private final Map<Seen.Source, OneProcess> processes = new HashMap<>();

  /** What one process of the machine has made, as far as the journal holds it. */
  private static final class OneProcess {
    private final Map<Integer, Made> latest = new HashMap<>();
    private long last;

    void add(Made made) {
      latest.put(made.partition(), made);
      last = Math.max(last, made.id().sequence());
    }

    /** Mutations of a process are decided in their order. */
    boolean anyPending(Predicate<Made> pending) {
      return latest.values().stream().anyMatch(pending);
    }
  }

  EdgeLedger(History history) {
    this.history = history;
    for (int i = 0; i < history.layout().partitions(); i++) {
      partitions.add(new ArrayList<>());
    }
  }

  void add(Made made, long position) {
    partitions.get(made.partition()).add(made);
    positions.put(made.id(), position);
    names.put(made.mutation().id(), made.id());
    made.mutation().original().map(this::name).ifPresent(replaced::add);
    processes.computeIfAbsent(made.source(), of -> new OneProcess()).add(made);
  }

  /** What that is called which this machine knows by an id. */
  MutationId name(MutationId given) {
    return names.getOrDefault(given, given);
  }

  /** Where a mutation lies; 0 if it does not. */
  long position(MutationId id) {
    return positions.getOrDefault(id, 0L);
  }

  /** The journal is another one; what it lacks of what there was. */
  Set<MutationId> replace(EdgeMachine edge) {
    var gone = new LinkedHashSet<MutationId>();
    for (var made : partitions) {
      made.forEach(one -> gone.add(one.id()));
      made.clear();
    }
    positions.clear();
    names.clear();
    replaced.clear();
    processes.clear();
    Journals.read(
        edge.journal(),
        (position, mutation) -> {
          var id = history.names().of(mutation);
          history.find(id).ifPresent(made -> add(made, position));
          gone.remove(id);
        });
    return gone;
  }

  /**
   * What is not decided at or below a revision of its partition, nor passed over.
   *
   * @param first position that the journal still holds: what it has given back was decided once
   */
  List<Made> pending(int partition, long revision, long first) {
    var pending = new ArrayList<Made>();
    for (var one : partitions.get(partition)) {
      if (isPending(one, revision, first)) {
        pending.add(one);
      }
    }
    return pending;
  }

  private boolean isPending(Made one, long revision, long first) {
    boolean givenBack = history.everLost(one.id()) && position(one.id()) < first;
    return !one.decidedBy(revision)
        && !givenBack
        && !replaced.contains(one.id())
        && !history.isPassedOver(one);
  }

  /** The edge may follow a history that is lost, in which more had been decided. */
  private boolean isPending(Made one, Seen shown, long first) {
    return isPending(one, shown.revision(), first)
        && one.id().sequence() > shown.own().getOrDefault(one.source(), 0L);
  }

  /** What the hub has not decided of a process and partition, up to a sequence. */
  List<MutationId> undecidedUpTo(MutationId given, int partition) {
    return partitions.get(partition).stream()
        .filter(made -> made.mutation().id().sameIncarnation(given))
        .filter(made -> made.id().sequence() <= given.sequence() && made.decided().isEmpty())
        .map(Made::id)
        .toList();
  }

  /** Whether the hub went on without something of it, of which the machine may not have heard. */
  boolean anyUnheard(int partition, long cursor) {
    return partitions.get(partition).stream().anyMatch(one -> history.mayBeUnheard(one, cursor));
  }

  /** How many the hub has not decided, nor lost with a history in which it had. */
  long undecided() {
    return partitions.stream()
        .flatMap(List::stream)
        .filter(made -> made.decided().isEmpty() && !history.everLost(made.id()))
        .filter(made -> !replaced.contains(made.id()))
        .count();
  }

  /**
   * What a client of this edge has seen of its own writes: all of the live process, and of earlier
   * ones as long as anything of them is pending.
   *
   * @param shown what is seen at the cursor, by partition
   * @param first position that the journal still holds
   */
  Map<Seen.Source, Long> ownSeen(long live, List<Seen> shown, long first) {
    var own = new HashMap<Seen.Source, Long>();
    processes.forEach(
        (source, process) -> {
          if (source.given().incarnation() == live
              || process.anyPending(made -> isPending(made, shown.get(made.partition()), first))) {
            own.put(source, process.last);
          }
        });
    return own;
  }
}
