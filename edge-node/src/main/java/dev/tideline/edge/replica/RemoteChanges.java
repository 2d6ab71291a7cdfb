package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.edge.replica.Settled.NotApplied;
import dev.tideline.edge.replica.Settled.Traced;
import dev.tideline.model.Change;
import dev.tideline.model.HybridTime;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;
import dev.tideline.wire.v1.ChangeBatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a replica makes of what the hub has decided: base, pending and view of the keys move. */
final class RemoteChanges {

  private final ReplicaState state;

  RemoteChanges(ReplicaState state) {
    this.state = state;
  }

  /** Whether the batch goes on where the cursor stands, or is wholly behind it. */
  boolean continues(ChangeBatch batch) {
    return batch.getPartition() < state.layout().orElseThrow().partitions()
        && batch.getFromRevision() <= cursor(batch) + 1;
  }

  /**
   * Applies a batch that {@link #continues}. Changes at or below the revision that a key already
   * has are passed over, so a batch may overlap what was applied before.
   */
  Settled apply(ChangeBatch batch) {
    if (batch.getToRevision() <= cursor(batch)) {
      return Settled.NOTHING;
    }
    state.clock.observe(new HybridTime(batch.getHybridClock()));
    var partition = state.partition(batch.getPartition());
    noteExceptions(batch.getVerdictsList());
    var notApplied = new ArrayList<NotApplied>();
    var traced = new ArrayList<Traced>();
    var groups = new KeyGroups(state.pending);
    var changes = decode(batch.getChangesList(), groups, notApplied, traced);
    if (batch.getConflated()) {
      // Which keys one decision changed can no longer be seen: all appear together.
      groups.bind(changes.keySet());
    }
    var gone = new ArrayList<PendingMutation>();
    for (var included : batch.getIncludedList()) {
      gone.addAll(partition.include(included.getIncarnation(), included.getSequence()));
    }
    var touched = new LinkedHashSet<>(changes.keySet());
    for (var mutation : gone) {
      state.pending.remove(mutation);
      var targets = mutation.mutation().targets();
      touched.addAll(targets);
      groups.bind(targets);
    }
    var moves = new ViewMoves(state, batch.getPartition());
    partition.guard().toggleMoving();
    try {
      move(partition, touched, changes, groups, moves);
      partition.advance(
          batch.getTerm(),
          Math.max(cursor(batch) + 1, batch.getFromRevision()),
          batch.getToRevision());
      if (!gone.isEmpty()) {
        state.noteOwnSeen();
      }
      moves.tell();
    } finally {
      partition.guard().toggleMoving();
    }
    return new Settled(
        verdicts(gone, batch.getToRevision()), notApplied, List.copyOf(changes.values()), traced);
  }

  private long cursor(ChangeBatch batch) {
    return state.partition(batch.getPartition()).cursor().revision();
  }

  /** Takes what a snapshot holds of some keys; what is newer here stays. */
  void load(List<ByteString> states) {
    var groups = new KeyGroups(state.pending);
    var changes = decode(states, groups, new ArrayList<>(), new ArrayList<>());
    for (var change : changes.values()) {
      var key = change.target();
      int number = state.partitionOf(key);
      // Not told: nobody reads it before it is ready.
      var moves = new ViewMoves(state, number);
      move(state.partition(number), Set.of(key), changes, groups, moves);
      state.partition(number).holdUpTo(change.revision());
    }
  }

  void noteExceptions(List<dev.tideline.wire.v1.OwnVerdict> verdicts) {
    for (var told : verdicts) {
      var verdict = CheckpointCodec.decode(state.edge, told);
      state.exceptions.put(verdict.id(), verdict);
    }
  }

  /** The latest change of each key; only that one counts once the whole batch is in. */
  private Map<QualifiedKey, Change> decode(
      List<ByteString> states, KeyGroups groups, List<NotApplied> notApplied, List<Traced> traced) {
    var changes = new LinkedHashMap<QualifiedKey, Change>();
    for (ByteString bytes : states) {
      try {
        var message = dev.tideline.wire.v1.Change.parseFrom(bytes);
        try {
          var change = ChangeCodec.decode(message);
          if (state.catalog().find(change.target().namespace()).isEmpty()) {
            throw new InvalidInputException("the namespace is not in the catalog");
          }
          changes.put(change.target(), change);
          noteTrace(message, change, traced);
          groups.changed(change.target(), change.revision());
        } catch (InvalidInputException e) {
          notApplied.add(quarantine(message, e));
        }
      } catch (InvalidProtocolBufferException e) {
        throw new InvalidInputException("a change cannot be parsed: " + e.getMessage());
      }
    }
    return changes;
  }

  private static void noteTrace(
      dev.tideline.wire.v1.Change message, Change change, List<Traced> traced) {
    var context = ChangeCodec.traceContext(message);
    boolean known = !traced.isEmpty() && traced.getLast().revision() == change.revision();
    if (!context.isEmpty() && !known) {
      change
          .state()
          .written()
          .ifPresent(
              version ->
                  traced.add(new Traced(context, version.origins().getLast(), change.revision())));
    }
  }

  private NotApplied quarantine(dev.tideline.wire.v1.Change message, InvalidInputException why) {
    var key = new QualifiedKey(message.getNamespace(), Key.of(message.getKey()));
    state.quarantined.add(key);
    return new NotApplied(key, message.getRevision(), why.problem());
  }

  /** Folds again what was pending when the process ended, on the bases as they are. */
  void refold(Set<QualifiedKey> keys) {
    var groups = new KeyGroups(state.pending);
    var moved = new HashSet<QualifiedKey>();
    for (var key : keys) {
      if (!moved.contains(key)) {
        var group = groups.of(key);
        int partition = state.partitionOf(key);
        var moves = new ViewMoves(state, partition);
        move(state.partition(partition), group, Map.of(), groups, moves);
        moves.tell();
        moved.addAll(group);
      }
    }
  }

  private void move(
      PartitionReplica partition,
      Set<QualifiedKey> touched,
      Map<QualifiedKey, Change> changes,
      KeyGroups groups,
      ViewMoves moves) {
    boolean allSingle = groups.allSingle();
    var moved = new HashSet<QualifiedKey>();
    for (var key : touched) {
      if (moved.contains(key)) {
        continue;
      }
      var group = allSingle ? Set.of(key) : groups.of(key);
      var entries = LinkedHashMap.<QualifiedKey, CacheEntry>newLinkedHashMap(group.size());
      for (var each : group) {
        entries.put(each, settled(partition, each, Optional.ofNullable(changes.get(each))));
      }
      state.fold(entries);
      moves.note(entries, changes.keySet());
      state.storeTogether(partition, entries);
      if (!allSingle) {
        moved.addAll(group);
      }
    }
  }

  private CacheEntry settled(
      PartitionReplica partition, QualifiedKey key, Optional<Change> change) {
    if (!state.keeps(key)) {
      return CacheEntry.NONE;
    }
    if (change.isPresent() && isLater(partition, change.get())) {
      return CacheEntry.settled(change.get().revision(), change.get().state());
    }
    var held = state.cache.get(key);
    return CacheEntry.settled(held.changeRevision(), held.base());
  }

  private boolean isLater(PartitionReplica partition, Change change) {
    return partition.isLatest(change.revision())
        || change.revision() > state.cache.changeRevision(change.target());
  }

  private List<OwnVerdict> verdicts(List<PendingMutation> gone, long revision) {
    var verdicts = new ArrayList<OwnVerdict>(gone.size());
    for (var mutation : gone) {
      verdicts.add(verdict(mutation.mutation().id(), revision));
    }
    return verdicts;
  }

  /** The verdict of a mutation that is known to be included at the revision. */
  OwnVerdict verdict(MutationId id, long revision) {
    var exception = state.exceptions.get(id);
    return exception != null
        ? exception
        : new OwnVerdict(id, Verdict.APPLIED, Reason.NONE, revision, Optional.empty());
  }
}
