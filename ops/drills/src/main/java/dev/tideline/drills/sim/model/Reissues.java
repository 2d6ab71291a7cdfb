package dev.tideline.drills.sim.model;

import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.model.MutationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Mutations that their edge issued again, and processes of which the hub has forgotten all. */
public final class Reissues {

  private final Map<MutationId, Made> byOriginal = new HashMap<>();
  private final Set<Seen.Source> forgotten = new HashSet<>();
  private final Set<MutationId> doubtful = new HashSet<>();

  void made(Made one, MutationId original) {
    byOriginal.put(original, one);
  }

  /** What became of a mutation that was issued again by its edge, once or more. */
  public Optional<Decided> decided(MutationId original) {
    var again = Optional.ofNullable(byOriginal.get(original));
    return again.flatMap(one -> one.decided().or(() -> decided(one.id())));
  }

  /** A mutation, and what it was issued again as. */
  public List<MutationId> all(MutationId original) {
    var all = new ArrayList<>(List.of(original));
    for (var next = byOriginal.get(original); next != null; next = byOriginal.get(next.id())) {
      all.add(next.id());
    }
    return all;
  }

  /** The hub no longer knows what it decided of a process. */
  public void forget(String edge, long incarnation) {
    forgotten.add(new Seen.Source(edge, incarnation));
  }

  /** Nobody knows any more whether a mutation was decided. */
  public void forget(MutationId id) {
    doubtful.add(id);
  }

  /** Whether the hub does not know any more what it decided of a mutation, or of its process. */
  public boolean isForgotten(Made one) {
    return doubtful.contains(one.id()) || forgotten.contains(one.source().given());
  }
}
