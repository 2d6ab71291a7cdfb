package dev.tideline.edge.replica;

import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.model.Context;
import dev.tideline.model.Mutation;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.VersionToken;
import dev.tideline.wire.v1.ReadAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What readers see of the keys. Safe from any thread, without the replica's lock, for whoever minds
 * the {@link #guard} of the key's partition.
 */
final class Views {

  private final ReplicaState state;

  Views(ReplicaState state) {
    this.state = state;
  }

  /** What readers of the partition look at. */
  ReadGuard guard(int partition) {
    return state.partition(partition).guard();
  }

  /** Reads a key's view. */
  Reading read(int number, QualifiedKey key) {
    while (true) {
      long version = state.interestsVersion();
      boolean held = state.holds(key);
      var context = state.contextOf(number);
      var entry = state.cache.get(key);
      // An interest that was left meanwhile may have been dropped before the entry was looked for.
      if (version == state.interestsVersion() && held == state.holds(key)) {
        var seen = held ? context : new Context(Position.START, context.own());
        var token = new VersionToken(number, seen, entry.view().time());
        return new Reading(
            entry.view(), token, entry.pending(), state.quarantined.containsKey(key), held);
      }
    }
  }

  /** Reads a key's view into a buffer; false if it is quarantined or not held. */
  boolean read(int number, QualifiedKey key, ReadBuffer into) {
    long version = state.interestsVersion();
    if (!state.holds(key)) {
      return false;
    }
    into.take(state.cache, key, state, number);
    return version == state.interestsVersion()
        && (state.quarantined.isEmpty() || !state.quarantined.containsKey(key));
  }

  /**
   * What a reader gets of keys of one zone that are not all held here, from what the hub told of
   * them, with what is pending here and was not decided there on top; empty if an own write was
   * decided since the hub answered, for then it is neither pending nor in the answer.
   */
  Optional<List<Reading>> read(ReadAnswer answer, List<QualifiedKey> keys) {
    int number = state.partitionOf(keys.getFirst());
    var included = new HashMap<Long, Long>();
    answer.getIncludedList().forEach(one -> included.put(one.getIncarnation(), one.getSequence()));
    var partition = state.partition(number);
    var asOf = Ids.decode(answer.getAsOf());
    boolean behind = asOf.revision() < partition.cursor().revision();
    for (var own : partition.included().entrySet()) {
      // What is included at a cursor that the answer has reached is in it, also if the hub has
      // forgotten the incarnation.
      if (behind && own.getValue() > included.getOrDefault(own.getKey(), 0L)) {
        return Optional.empty();
      }
    }
    var entries = told(answer, keys);
    for (var mutation : state.pendingOf(entries.keySet())) {
      var id = mutation.mutation().id();
      boolean there =
          id.sequence() <= included.getOrDefault(id.incarnation(), 0L)
              || state.forks.isDecidedBy(id, number, at -> partition.stands(at, asOf));
      if (!there) {
        merge(mutation.mutation(), entries);
      }
    }
    var context = new Context(asOf, state.contextOf(number).own());
    var readings = new ArrayList<Reading>(keys.size());
    for (var key : keys) {
      var entry = Objects.requireNonNull(entries.get(key));
      var token = new VersionToken(number, context, entry.view().time());
      readings.add(new Reading(entry.view(), token, entry.pending(), false, true));
    }
    return Optional.of(readings);
  }

  private static Map<QualifiedKey, CacheEntry> told(ReadAnswer answer, List<QualifiedKey> keys) {
    var entries = new HashMap<QualifiedKey, CacheEntry>();
    for (int i = 0; i < keys.size(); i++) {
      var further =
          i > 0 && i <= answer.getFurtherCount()
              ? answer.getFurther(i - 1)
              : ReadAnswer.Found.getDefaultInstance();
      boolean written = i == 0 ? answer.hasChange() : further.hasChange();
      var entry = CacheEntry.NONE;
      if (written) {
        var message = i == 0 ? answer.getChange() : further.getChange();
        var change = ChangeCodec.decode(message.toByteString());
        entry = CacheEntry.settled(change.revision(), change.state());
      }
      entries.put(keys.get(i), entry);
    }
    return entries;
  }

  /** Of keys that are not asked for it looks at what is held here, as for a write. */
  private void merge(Mutation made, Map<QualifiedKey, CacheEntry> entries) {
    var below = Map.copyOf(entries);
    var merge =
        state.merge(
            made,
            key -> {
              var told = below.get(key);
              return told == null ? state.cache.get(key) : told;
            });
    boolean rejected =
        made.operations().stream().anyMatch(operation -> merge.merge(operation).isPresent());
    for (var key : made.targets()) {
      entries.computeIfPresent(
          key, (asked, entry) -> rejected ? entry.withView(entry.view()) : merge.entry(asked));
    }
  }

  /** Whether a key is here to be read: wanted and loaded. */
  boolean holds(QualifiedKey key) {
    return state.holds(key);
  }

  /** Whether all keys of a namespace and a zone are that begin with the text. */
  boolean holdsAll(String namespace, String prefix) {
    return state.holdsAll(namespace, prefix);
  }
}
