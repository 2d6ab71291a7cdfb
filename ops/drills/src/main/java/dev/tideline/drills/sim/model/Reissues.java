package dev.tideline.drills.sim.model;

import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.model.MutationId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Mutations that their edge issued again, and processes of which the hub has forgotten all. */
public final class Reissues {

  private final Map<MutationId, List<Made>> byOriginal = new LinkedHashMap<>();
  private final Map<MutationId, MutationId> originals = new HashMap<>();
  private final Set<MutationId> usedUp = new HashSet<>();
  private final Set<Seen.Source> forgotten = new HashSet<>();
  private final Set<MutationId> doubtful = new HashSet<>();

  void made(Made one, MutationId original) {
    byOriginal.computeIfAbsent(original, of -> new ArrayList<>()).add(one);
    originals.put(one.id(), original);
    usedUp.add(Names.given(original));
  }

  /** What became of a mutation that was issued again by its edge, once or more. */
  public Optional<Decided> decided(MutationId original) {
    return again(original).stream()
        .flatMap(one -> one.decided().or(() -> decided(one.id())).stream())
        .findFirst();
  }

  /** Whether what a mutation was issued again as, the first time, is decided. */
  public boolean isDecidedAsIssuedNext(MutationId original) {
    return again(original).stream().anyMatch(one -> one.decided().isPresent());
  }

  private List<Made> again(MutationId original) {
    return byOriginal.getOrDefault(original, List.of());
  }

  /** A mutation, and all that it was issued again as. */
  public List<MutationId> all(MutationId original) {
    var all = new ArrayList<>(List.of(original));
    for (int i = 0; i < all.size(); i++) {
      again(all.get(i)).forEach(one -> all.add(one.id()));
    }
    return all;
  }

  /** What was issued again. */
  public Set<MutationId> originals() {
    return byOriginal.keySet();
  }

  /** What a mutation was made as first. */
  public MutationId first(MutationId id) {
    var first = id;
    for (var of = originals.get(first); of != null; of = originals.get(first)) {
      first = of;
    }
    return first;
  }

  /** Whether an edge has issued a mutation again that it had given this id. */
  public boolean isUsedUp(MutationId given) {
    return usedUp.contains(given);
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
