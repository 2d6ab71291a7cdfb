package dev.tideline.edge.replica;

import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.merge.MergeRule;
import dev.tideline.merge.Outcome;
import dev.tideline.merge.Write;
import dev.tideline.model.Context;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One mutation on the way onto the views of its keys, operation by operation, exactly as the hub
 * will do it: a later operation on a key saw what the earlier ones made of it. Nothing outside
 * changes; the caller takes {@link #entries} as a whole or, once a rule rejects an operation, not
 * at all.
 */
final class AtomicMerge {

  private final MutationId id;
  private final Context context;
  private final HybridTime time;
  private final Function<QualifiedKey, CacheEntry> held;
  private final Function<QualifiedKey, MergeRule> rules;
  private final Map<QualifiedKey, CacheEntry> entries = LinkedHashMap.newLinkedHashMap(1);

  /**
   * A merge onto what {@code held} tells of a key.
   *
   * @param rules by key
   */
  AtomicMerge(
      MutationId id,
      Context context,
      HybridTime time,
      Function<QualifiedKey, CacheEntry> held,
      Function<QualifiedKey, MergeRule> rules) {
    this.id = id;
    this.context = context;
    this.time = time;
    this.held = held;
    this.rules = rules;
  }

  /** Whether an earlier operation has touched the key. */
  boolean touched(QualifiedKey key) {
    return entries.containsKey(key);
  }

  /** The key as the operations so far have left it. */
  CacheEntry entry(QualifiedKey key) {
    var entry = entries.get(key);
    return entry == null ? held.apply(key) : entry;
  }

  /** What somebody saw who also sees what this mutation has done to the key so far. */
  Context within(Context seen, QualifiedKey key) {
    return touched(key) ? seen.with(id) : seen;
  }

  /** Merges the next operation; why the whole mutation is rejected, if it is. */
  Optional<Reason> merge(Operation operation) {
    return merge(operation, entry(operation.target()));
  }

  /**
   * The same for who has looked already.
   *
   * @param entry the {@link #entry} of the operation's key
   */
  Optional<Reason> merge(Operation operation, CacheEntry entry) {
    var key = operation.target();
    var write = new Write(operation, within(context, key), time, id, 0);
    switch (rules.apply(key).apply(entry.view(), write)) {
      case Outcome.Changed changed -> entries.put(key, entry.withView(changed.state()));
      case Outcome.Unchanged unchanged -> {
        if (unchanged.verdict() == Verdict.REJECTED) {
          return Optional.of(unchanged.reason());
        }
        entries.put(key, entry.withView(entry.view()));
      }
    }
    return Optional.empty();
  }

  /** What the keys touched so far have become. */
  Map<QualifiedKey, CacheEntry> entries() {
    return entries;
  }
}
