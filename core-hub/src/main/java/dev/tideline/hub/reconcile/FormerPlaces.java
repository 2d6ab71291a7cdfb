package dev.tideline.hub.reconcile;

import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.LostTerm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What was decided again of a term that is lost, whole or in part: how much, and, by source, which
 * sequence stood at which revision. Guarded by the partition's lock.
 */
final class FormerPlaces {

  private final Map<Source, TreeMap<Long, Long>> sequences = new HashMap<>();
  private long decisions;

  long decisions() {
    return decisions;
  }

  /** So many more were decided again. */
  void decisions(long more) {
    decisions += more;
  }

  void put(MutationId id, long revision) {
    sequences.computeIfAbsent(Source.of(id), any -> new TreeMap<>()).put(revision, id.sequence());
  }

  void remove(MutationId id, long revision) {
    var places = sequences.get(Source.of(id));
    if (places != null) {
      places.remove(revision);
    }
  }

  /** Whether it is known who stood at a revision. */
  boolean isKnown(long revision) {
    return sequences.values().stream().anyMatch(places -> places.containsKey(revision));
  }

  /** Whether a mutation may have stood at a revision, in the order of its source. */
  boolean fits(MutationId id, long revision) {
    var places = sequences.get(Source.of(id));
    if (places == null) {
      return true;
    }
    var before = places.lowerEntry(revision);
    var after = places.higherEntry(revision);
    return (before == null || before.getValue() < id.sequence())
        && (after == null || after.getValue() > id.sequence());
  }

  /** Of each source the last one that stood behind one revision and not behind another. */
  List<MutationId> prefixes(long behind, long to) {
    var prefixes = new ArrayList<MutationId>();
    sequences.forEach(
        (source, places) -> {
          var last = places.floorEntry(to);
          if (last != null && last.getKey() > behind) {
            prefixes.add(new MutationId(source.edge(), source.incarnation(), last.getValue()));
          }
        });
    return prefixes;
  }

  /** For a checkpoint. */
  LostTerm message(long number) {
    var message = LostTerm.newBuilder().setTerm(number).setDecisions(decisions);
    sequences.forEach(
        (source, places) ->
            places.forEach(
                (revision, sequence) ->
                    message
                        .addFormersBuilder()
                        .setEdge(source.edge().text())
                        .setIncarnation(source.incarnation())
                        .setSequence(sequence)
                        .setRevision(revision)));
    return message.build();
  }
}
