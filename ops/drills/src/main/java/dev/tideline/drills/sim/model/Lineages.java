package dev.tideline.drills.sim.model;

import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.TermBegun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The history that stands, and those that were lost because the hub was set back. */
final class Lineages {

  private final List<Term> live = new ArrayList<>();
  private final List<Lost> lost = new ArrayList<>();
  private final Set<MutationId> everLost = new HashSet<>();

  private record Term(long number, Map<Integer, Long> firsts) {
    static Term of(TermBegun begun) {
      var firsts = new HashMap<Integer, Long>();
      begun.getFirstsList().forEach(one -> firsts.put(one.getPartition(), one.getRevision()));
      return new Term(begun.getTerm(), firsts);
    }

    long first(int partition) {
      return firsts.getOrDefault(partition, 1L);
    }
  }

  /** What lay behind a copy of the hub, by partition. */
  private record Lost(Set<Long> terms, List<Long> forks, List<List<Decided>> tails) {

    /** What somebody saw who saw so much of it, said of the history that stood then. */
    Seen translate(int partition, Seen seen) {
      if (seen.revision() <= forks.get(partition)) {
        return seen;
      }
      var own = new HashMap<>(seen.own());
      for (var one : tails.get(partition)) {
        if (one.revision() <= seen.revision()) {
          own.merge(Seen.Source.of(one.id()), one.id().sequence(), Math::max);
        }
      }
      return new Seen(forks.get(partition), own);
    }
  }

  /** Whether a term is one of the history that stands, or of its beginning. */
  boolean isLive(long term) {
    return live.stream().anyMatch(one -> one.number() == term);
  }

  /** A term begins; how to take it back. */
  Runnable begin(TermBegun begun) {
    live.add(Term.of(begun));
    return live::removeLast;
  }

  /** Everything decided behind a position is lost; it is not taken back yet. */
  void lose(List<List<Decided>> partitions, long lastPosition) {
    var terms = new HashSet<Long>();
    live.forEach(term -> terms.add(term.number()));
    var forks = new ArrayList<Long>();
    var tails = new ArrayList<List<Decided>>();
    for (int i = 0; i < partitions.size(); i++) {
      var tail = partitions.get(i).stream().filter(one -> one.position() > lastPosition).toList();
      forks.add((long) (partitions.get(i).size() - tail.size()));
      tails.add(tail);
      tail.forEach(one -> everLost.add(one.id()));
    }
    lost.add(new Lost(terms, forks, tails));
  }

  /** What somebody saw before the last loss, said of the history that stands. */
  Seen translate(int partition, Seen seen) {
    return lost.getLast().translate(partition, seen);
  }

  /** Whether a position lies in the history that stands. */
  boolean stands(int partition, Position at, long head) {
    if (at.revision() == 0) {
      return true;
    }
    for (int i = 0; i < live.size(); i++) {
      if (live.get(i).number() == at.term()) {
        long last = i + 1 < live.size() ? live.get(i + 1).first(partition) - 1 : head;
        return at.revision() <= last;
      }
    }
    return false;
  }

  /** What somebody sees at a position that may be lost, said of the history that stands. */
  Seen seen(int partition, Position at, long head, Map<Seen.Source, Long> own) {
    var seen = new Seen(at.revision(), own);
    if (stands(partition, at, head)) {
      return seen;
    }
    boolean found = false;
    for (var one : lost) {
      found |= one.terms().contains(at.term()) && at.revision() > one.forks().get(partition);
      seen = found ? one.translate(partition, seen) : seen;
    }
    return seen;
  }

  boolean everLost(MutationId id) {
    return everLost.contains(id);
  }
}
