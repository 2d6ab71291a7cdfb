package dev.tideline.drills.sim.model;

import dev.tideline.codec.Ids;
import dev.tideline.model.LostHistory;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.PartitionProgress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What edges have told the hub of terms that it may have lost, and what it has written down of
 * that: of a term of which nobody is left to tell, it cannot know what it had in common with the
 * history that stands.
 */
public final class Told {

  private final Map<Integer, List<LostHistory>> written = new HashMap<>();
  private final Set<Place> told = new HashSet<>();
  private final Map<Place, Long> seen = new HashMap<>();

  private record Place(int partition, long term) {}

  /** The hub starts: what it was told and has not written down must be told again. */
  public void forget() {
    told.clear();
    seen.clear();
  }

  /** An edge says Hello. */
  public void hello(PartitionProgress progress) {
    int partition = progress.getPartition();
    progress.getTermsList().forEach(term -> told.add(new Place(partition, term.getTerm())));
    long cursor = progress.getCursor().getRevision();
    progress
        .getSawList()
        .forEach(saw -> seen.merge(new Place(partition, saw.getTerm()), cursor, Math::max));
  }

  /** The hub writes down what it has learned; how to take it back. */
  Runnable write(PartitionHealed record) {
    var all = written.computeIfAbsent(record.getPartition(), any -> new ArrayList<>());
    record.getLostList().forEach(lost -> all.add(Ids.decode(lost)));
    return () -> record.getLostList().forEach(lost -> all.removeLast());
  }

  /**
   * What the hub may take a mutation for to have seen, for nobody may be left to tell it more.
   *
   * @param unplaced decided again by a hub that did not know where they had stood
   */
  List<Seen> blind(Made made, Set<MutationId> unplaced, Lineages lineages) {
    var all = new ArrayList<>(List.of(made.seen().without(unplaced)));
    var at = made.mutation().context().seen();
    var place = new Place(made.partition(), at.term());
    if (at.revision() > 0 && !lineages.isLive(at.term()) && !told.contains(place)) {
      all.addAll(untold(made, place));
    }
    return all;
  }

  private List<Seen> untold(Made made, Place place) {
    var at = made.mutation().context().seen();
    long least =
        written.getOrDefault(made.partition(), List.of()).stream()
            .filter(history -> history.contains(at))
            .mapToLong(history -> history.fork().revision())
            .max()
            .orElse(0);
    return Stream.of(least, seen.getOrDefault(place, 0L))
        .map(known -> Math.min(known, made.seen().revision()))
        .map(known -> Seen.said(made.mutation().context().own(), known))
        .toList();
  }
}
