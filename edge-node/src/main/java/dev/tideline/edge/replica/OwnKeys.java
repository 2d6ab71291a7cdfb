package dev.tideline.edge.replica;

import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Receipt;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The idempotency keys of own mutations: an answer to a repeated request without asking the hub.
 */
final class OwnKeys {

  /**
   * About 300 MiB of heap; a key that is not held would let a repetition through as a new write.
   */
  static final int KEYS_MAX = 1_000_000;

  private final Map<IdempotencyScope, Use> uses = new HashMap<>();

  /** The first use of a key. */
  record Use(long contentHash, Receipt receipt) {}

  Optional<Use> find(IdempotencyScope scope) {
    return Optional.ofNullable(uses.get(scope));
  }

  void add(IdempotencyScope scope, Use use) {
    uses.putIfAbsent(scope, use);
  }

  boolean full() {
    return uses.size() >= KEYS_MAX;
  }
}
