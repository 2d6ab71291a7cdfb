package dev.tideline.hub.reconcile;

import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.Idempotency;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The idempotency keys of one partition. A scope names a key, hence a zone, hence a partition, so
 * every repetition comes to the same table. Guarded by the partition's lock.
 */
final class IdempotencyTable {

  private final IdempotencyBudget budget;
  private final Map<IdempotencyScope, First> known = new HashMap<>();
  private final List<IdempotencyScope> added = new ArrayList<>();

  IdempotencyTable(IdempotencyBudget budget) {
    this.budget = budget;
  }

  /**
   * The mutation that used a key first.
   *
   * @param hash of its content
   * @param wallMs when it was decided, in milliseconds since 1970
   */
  record First(MutationId id, long hash, long wallMs) {}

  /** The key that a mutation uses, as the log keeps it. */
  static Idempotency message(Mutation mutation) {
    var target = mutation.operations().getFirst().target();
    return Idempotency.newBuilder()
        .setActor(mutation.actor())
        .setNamespace(target.namespace())
        .setKey(target.key().text())
        .setIdempotencyKey(mutation.idempotencyKey())
        .setHash(mutation.idempotencyHash())
        .build();
  }

  Optional<First> find(IdempotencyScope scope) {
    return Optional.ofNullable(known.get(scope));
  }

  /** Takes a key that is not known; false if there is no place for it. */
  boolean add(IdempotencyScope scope, First first) {
    if (!budget.take()) {
      return false;
    }
    known.put(scope, first);
    added.add(scope);
    return true;
  }

  /** Takes a key from the log. */
  void restore(IdempotencyScope scope, First first) {
    budget.takeAnyway();
    known.put(scope, first);
  }

  /** All keys, by reference. */
  List<KeyUse> all() {
    var all = new ArrayList<KeyUse>(known.size());
    known.forEach(
        (scope, first) -> all.add(new KeyUse(scope, first.id(), first.hash(), first.wallMs())));
    return all;
  }

  /** Forgets the keys decided before a moment; between steps only. */
  void expireBefore(long wallMs) {
    known
        .values()
        .removeIf(
            first -> {
              boolean old = first.wallMs() < wallMs;
              if (old) {
                budget.giveBack();
              }
              return old;
            });
  }

  int mark() {
    return added.size();
  }

  /** Forgets what was added since the mark. */
  void rollbackTo(int mark) {
    while (added.size() > mark) {
      known.remove(added.removeLast());
      budget.giveBack();
    }
  }

  /** Everything added stays. */
  void commit() {
    added.clear();
  }
}
