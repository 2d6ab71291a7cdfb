package dev.tideline.edge.replica;

import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.model.Context;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.VersionToken;
import dev.tideline.wire.v1.ReadAnswer;
import java.util.HashMap;
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
            entry.view(), token, entry.pending(), state.quarantined.contains(key), held);
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
        && (state.quarantined.isEmpty() || !state.quarantined.contains(key));
  }

  /**
   * What a reader gets of a key that is not held here, from what the hub told of it, with what is
   * pending here and was not decided there on top; empty if an own write was decided since the hub
   * answered, for then it is neither pending nor in the answer.
   */
  Optional<Reading> read(ReadAnswer answer, QualifiedKey key) {
    int number = state.partitionOf(key);
    var entry = CacheEntry.NONE;
    if (answer.hasChange()) {
      var change = ChangeCodec.decode(answer.getChange());
      entry = CacheEntry.settled(change.revision(), change.state());
    }
    var included = new HashMap<Long, Long>();
    answer.getIncludedList().forEach(one -> included.put(one.getIncarnation(), one.getSequence()));
    for (var own : state.partition(number).included().entrySet()) {
      if (own.getValue() > included.getOrDefault(own.getKey(), 0L)) {
        return Optional.empty();
      }
    }
    for (var mutation : state.pending.of(key)) {
      var id = mutation.mutation().id();
      if (id.sequence() > included.getOrDefault(id.incarnation(), 0L)) {
        var below = entry;
        var merge =
            state.merge(
                mutation.mutation(), each -> each.equals(key) ? below : state.cache.get(each));
        boolean rejected =
            mutation.mutation().operations().stream()
                .anyMatch(operation -> merge.merge(operation).isPresent());
        entry = rejected ? below.withView(below.view()) : merge.entry(key);
      }
    }
    var context = new Context(Ids.decode(answer.getAsOf()), state.contextOf(number).own());
    var token = new VersionToken(number, context, entry.view().time());
    return Optional.of(new Reading(entry.view(), token, entry.pending(), false, true));
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
