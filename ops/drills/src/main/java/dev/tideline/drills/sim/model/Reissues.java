package dev.tideline.drills.sim.model;

import dev.tideline.model.MutationId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Mutations that their edge issued again, and processes of which the hub has forgotten all. */
public final class Reissues {

  private final Map<MutationId, Made> byOriginal = new HashMap<>();
  private final Set<Seen.Source> forgotten = new HashSet<>();

  void made(Made one) {
    one.mutation().original().ifPresent(original -> byOriginal.put(original, one));
  }

  /** Whether a mutation was issued again by its edge, once or more, and the last was decided. */
  public boolean isDecided(MutationId original) {
    var again = Optional.ofNullable(byOriginal.get(original));
    return again.isPresent()
        && (again.get().decided().isPresent() || isDecided(again.get().mutation().id()));
  }

  /** The hub no longer knows what it decided of a process. */
  public void forget(String edge, long incarnation) {
    forgotten.add(new Seen.Source(edge, incarnation));
  }

  /** Whether a mutation is of a process of which the hub knows nothing any more. */
  public boolean isForgotten(Made one) {
    return forgotten.contains(one.source());
  }
}
