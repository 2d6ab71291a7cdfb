package dev.tideline.edge.replica;

import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Receipt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The newest idempotency keys of own mutations: an answer to a repeated request without asking the
 * hub. A repetition whose key has been let go is journalled once more, and the hub, which keeps
 * keys for the whole retention, decides that it is a DUPLICATE. Keys of what is undecided are never
 * let go: there are at most as many as may be undecided.
 */
final class OwnKeys {

  /** About 60 MiB of heap. */
  static final int DECIDED_KEYS_MAX = 200_000;

  private final Map<IdempotencyScope, Use> uses = new LinkedHashMap<>();
  private final int keysMax;
  private boolean hubIsFull;

  OwnKeys() {
    this(DECIDED_KEYS_MAX);
  }

  OwnKeys(int keysMax) {
    this.keysMax = keysMax;
  }

  /** The first use of a key, or what was made of it once that no longer answered. */
  record Use(long contentHash, Receipt receipt) {}

  Optional<Use> find(IdempotencyScope scope) {
    return Optional.ofNullable(uses.get(scope));
  }

  /** Takes in whether the hub has no place for further keys. */
  void hubIsFull(boolean full) {
    hubIsFull = full;
  }

  /** Whether the hub had no place for further keys when it was heard last. */
  boolean isHubFull() {
    return hubIsFull;
  }

  /**
   * Notes a key; a use that no longer answers gives way. Lets go of the oldest if there are too
   * many and it is decided.
   */
  void add(IdempotencyScope scope, Use use, Predicate<Receipt> decided) {
    uses.remove(scope);
    uses.put(scope, use);
    var oldest = uses.entrySet().iterator();
    while (uses.size() > keysMax && decided.test(oldest.next().getValue().receipt())) {
      oldest.remove();
    }
  }

  /** The hub was set back: it may have lost any that it had decided of a partition. */
  void letGo(int partition, Predicate<Receipt> decided) {
    uses.values()
        .removeIf(use -> use.receipt().partition() == partition && decided.test(use.receipt()));
  }

  /** All of them, oldest first. */
  List<ReplicaImage.OwnKey> all() {
    var all = new ArrayList<ReplicaImage.OwnKey>(uses.size());
    uses.forEach((scope, use) -> all.add(new ReplicaImage.OwnKey(scope, use)));
    return all;
  }
}
