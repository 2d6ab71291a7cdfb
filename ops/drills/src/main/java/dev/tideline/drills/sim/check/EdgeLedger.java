package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.History.Made;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.model.MutationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the journal of one machine holds, as somebody knows who watched it being written. */
final class EdgeLedger {

  private final History history;
  private final List<Made> written = new ArrayList<>();
  private final Map<MutationId, Long> positions = new HashMap<>();

  EdgeLedger(History history) {
    this.history = history;
  }

  void add(Made made, long position) {
    written.add(made);
    positions.put(made.mutation().id(), position);
  }

  /** Where a mutation lies; 0 if it does not. */
  long position(MutationId id) {
    return positions.getOrDefault(id, 0L);
  }

  /** The journal is another one; what it lacks of what there was. */
  Set<MutationId> replace(EdgeMachine edge) {
    var gone = new LinkedHashSet<MutationId>();
    written.forEach(one -> gone.add(one.mutation().id()));
    written.clear();
    positions.clear();
    Journals.read(
        edge.journal(),
        (position, mutation) -> {
          history.find(mutation.id()).ifPresent(made -> add(made, position));
          gone.remove(mutation.id());
        });
    return gone;
  }

  /** What is not decided at or below a revision of its partition. */
  List<Made> pending(int partition, long revision) {
    var pending = new ArrayList<Made>();
    for (var one : written) {
      if (one.partition() == partition && !decided(one, revision)) {
        pending.add(one);
      }
    }
    return pending;
  }

  private boolean decided(Made one, long revision) {
    return history.decided(one.mutation().id()).filter(it -> it.revision() <= revision).isPresent();
  }

  /**
   * What a client of this edge has seen of its own writes: all of the live process, and of earlier
   * ones as long as anything of them is pending.
   *
   * @param cursors by partition
   */
  Map<Seen.Source, Long> ownSeen(long live, long[] cursors) {
    var own = new HashMap<Seen.Source, Long>();
    var pending = new HashMap<Seen.Source, Boolean>();
    for (var one : written) {
      var id = one.mutation().id();
      var source = new Seen.Source(id.edge().text(), id.incarnation());
      own.merge(source, id.sequence(), Math::max);
      pending.merge(source, !decided(one, cursors[one.partition()]), Boolean::logicalOr);
    }
    own.keySet()
        .removeIf(source -> source.incarnation() != live && !pending.getOrDefault(source, false));
    return own;
  }
}
