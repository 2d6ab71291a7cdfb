package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ReadAnswer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Keys that are not served because a change of theirs found no room, or could not be read. The next
 * change of the key ends it by itself, for it carries the full state; but that may never come. So
 * the hub is asked for the key as it is. The answer is of a revision; it is the state at the cursor
 * once the cursor has passed that, unless the key was missed again meanwhile. Guarded by the
 * replica's lock.
 *
 * <p>Nothing of it is in the apply log. A restart meets the same changes and quarantines, at worst,
 * the same keys.
 */
final class Quarantine {

  private final ReplicaState state;
  private final RemoteChanges changes;

  Quarantine(ReplicaState state, RemoteChanges changes) {
    this.state = state;
    this.changes = changes;
  }

  /** How many there are. From any thread. */
  long size() {
    return state.quarantined.size();
  }

  /** One of them among some keys; empty if there is none. From any thread. */
  Optional<QualifiedKey> any(Predicate<QualifiedKey> among) {
    return state.quarantined.keySet().stream().filter(among).findFirst();
  }

  /** Some of those that may find room, without those that were asked for. */
  List<QualifiedKey> missed(int most, Set<QualifiedKey> asked) {
    boolean room = state.cache.hasRoom(1);
    return state.quarantined.keySet().stream()
        .filter(key -> !asked.contains(key) && state.holds(key))
        .filter(key -> room || state.cache.changeRevision(key) > 0)
        .limit(most)
        .toList();
  }

  /**
   * Takes what the hub told of a key.
   *
   * @return false if the cursor has not yet come to where the hub was then
   */
  boolean readmit(QualifiedKey key, ReadAnswer answer) {
    var lacks = state.quarantined.get(key);
    long asOf = answer.getAsOf().getRevision();
    if (lacks == null || asOf < lacks || answer.getTooLarge()) {
      return true;
    }
    if (asOf > state.partition(state.partitionOf(key)).cursor().revision()) {
      return false;
    }
    changes.readmit(
        key,
        answer.hasChange()
            ? List.<ByteString>of(answer.getChange().toByteString())
            : List.<ByteString>of());
    return true;
  }
}
