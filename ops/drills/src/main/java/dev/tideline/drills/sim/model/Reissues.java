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

  /** Whether a mutation is of a process of which the hub knows nothing any more. */
  public boolean isForgotten(Made one) {
    return forgotten.contains(one.source().given());
  }
}
