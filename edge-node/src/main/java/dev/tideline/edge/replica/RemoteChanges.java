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
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Reason;
import dev.tideline.model.Verdict;
import dev.tideline.model.Version;
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

  /**
   * Whether the batch goes on where the cursor stands, or is wholly behind it; not if there is no
   * such partition.
   */
  boolean continues(ChangeBatch batch) {
    return state.isPartition(batch.getPartition()) && batch.getFromRevision() <= cursor(batch) + 1;
  }

  /** What the hub sent, read but not taken in. */
  static final class Read {
    private final KeyGroups groups;
    private final List<OwnVerdict> verdicts;
    private final List<NotApplied> notApplied = new ArrayList<>();
    private final List<Traced> traced = new ArrayList<>();

    /** What was made, also where something later stands in {@link #changes}. */
    private final List<Version> made = new ArrayList<>();

    /** The latest change of each key; only that one counts once all of it is in. */
    private final Map<QualifiedKey, Change> changes = new LinkedHashMap<>();

    private Read(KeyGroups groups, List<OwnVerdict> verdicts) {
      this.groups = groups;
      this.verdicts = verdicts;
    }
  }

  /**
   * Reads what the hub sent and changes nothing, so that what is malformed is refused before it is
   * in the log, where every start would meet it again.
   *
   * @throws InvalidInputException if it is
   */
  Read read(List<ByteString> states, List<dev.tideline.wire.v1.OwnVerdict> verdicts) {
    var told =
        verdicts.stream().map(verdict -> CheckpointCodec.decode(state.edge, verdict)).toList();
    var read = new Read(new KeyGroups(state.pending), told);
    for (ByteString bytes : states) {
      read(bytes, read);
    }
    return read;
  }

  private void read(ByteString bytes, Read into) {
    ChangeCodec.Read read;
    try {
      read = ChangeCodec.decodeTraced(bytes);
      if (state.catalog().find(read.change().target().namespace()).isEmpty()) {
        throw new InvalidInputException("the namespace is not in the catalog");
      }
    } catch (InvalidInputException e) {
      into.notApplied.add(notApplied(bytes, e.problem()));
      return;
    }
    var change = read.change();
    into.changes.put(change.target(), change);
    noteTrace(read, into.traced);
    change.state().written().ifPresent(into.made::add);
    into.groups.changed(change.target(), change.revision());
  }

  /** What cannot be applied is named, if it can be read at all. */
  private static NotApplied notApplied(ByteString bytes, String why) {
    try {
      var message = dev.tideline.wire.v1.Change.parseFrom(bytes);
      var key = new QualifiedKey(message.getNamespace(), Key.of(message.getKey()));
      return new NotApplied(key, message.getRevision(), why);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException("a change cannot be parsed: " + e.getMessage());
    }
  }

  private void notePlaces(int partition, List<Version> made) {
    for (var version : made) {
      state.places.note(partition, version.origin(), version.revision());
    }
  }

  private void note(Read read) {
    read.verdicts.forEach(verdict -> state.exceptions.put(verdict.id(), verdict));
    read.notApplied.forEach(each -> state.quarantine(each.key(), each.revision()));
  }

  /**
   * Applies a batch that {@link #continues}. Changes at or below the revision that a key already
   * has are passed over, so a batch may overlap what was applied before.
   */
  Settled apply(ChangeBatch batch, Read read) {
    if (batch.getToRevision() <= cursor(batch)) {
      return Settled.NOTHING;
    }
    state.clock.observe(new HybridTime(batch.getHybridClock()));
    var partition = state.partition(batch.getPartition());
    long from = Math.max(cursor(batch) + 1, batch.getFromRevision());
    partition.enter(batch.getTerm(), from);
    note(read);
    notePlaces(batch.getPartition(), read.made);
    var changes = read.changes;
    var groups = read.groups;
    if (batch.getConflated()) {
      // Which keys one decision changed can no longer be seen: all appear together.
      groups.bind(changes.keySet());
    }
    var gone = included(batch, partition);
    var touched = new LinkedHashSet<>(changes.keySet());
    for (var mutation : gone) {
      var targets = mutation.mutation().targets();
      touched.addAll(targets);
      groups.bind(targets);
    }
    var moves = new ViewMoves(state, batch.getPartition());
    partition.guard().toggleMoving();
    try {
      move(partition, touched, changes, groups, moves);
      partition.advance(batch.getTerm(), from, batch.getToRevision());
      if (!gone.isEmpty()) {
        state.noteOwnSeen();
      }
      moves.tell();
    } finally {
      partition.guard().toggleMoving();
    }
    return new Settled(
        verdicts(gone, batch),
        unknown(gone, batch.getPartition()),
        read.notApplied,
        List.copyOf(changes.values()),
        read.traced);
  }

  /** What is pending no more. */
  private List<PendingMutation> included(ChangeBatch batch, PartitionReplica partition) {
    var gone = new ArrayList<PendingMutation>();
    for (var included : batch.getIncludedList()) {
      gone.addAll(partition.include(included.getIncarnation(), included.getSequence()));
    }
    var head = new Position(batch.getTerm(), batch.getToRevision());
    gone.addAll(state.forks.include(batch.getPartition(), partition, partition, head));
    gone.forEach(state.pending::remove);
    return gone;
  }

  private long cursor(ChangeBatch batch) {
    return state.partition(batch.getPartition()).cursor().revision();
  }

  /** Takes what a snapshot holds of some keys; what is newer here stays. */
  void load(Read read) {
    note(read);
    for (var change : read.changes.values()) {
      var key = change.target();
      int number = state.partitionOf(key);
      // Not told: nobody reads it before it is ready.
      var moves = new ViewMoves(state, number);
      move(state.partition(number), Set.of(key), read.changes, read.groups, moves);
      state.partition(number).holdUpTo(change.revision());
    }
  }

  /**
   * Takes a quarantined key as the hub had it at a revision between what it lacks and the cursor:
   * nothing of it was decided since, or it would lack that. It is read again if there is room.
   *
   * @param change with the full state; none if it was never written
   */
  void readmit(QualifiedKey key, List<ByteString> change) {
    var read = read(change, List.of());
    if (!read.notApplied.isEmpty()) {
      return;
    }
    var told = read.changes.get(key);
    state.quarantined.put(key, told == null ? 0 : told.revision());
    int number = state.partitionOf(key);
    var partition = state.partition(number);
    var moves = new ViewMoves(state, number);
    partition.guard().toggleMoving();
    try {
      move(partition, Set.of(key), read.changes, read.groups, moves);
      moves.tell();
    } finally {
      partition.guard().toggleMoving();
    }
  }

  private static void noteTrace(ChangeCodec.Read read, List<Traced> traced) {
    var context = read.traceContext();
    var change = read.change();
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

  private List<OwnVerdict> verdicts(List<PendingMutation> gone, ChangeBatch batch) {
    int partition = batch.getPartition();
    var verdicts = new ArrayList<OwnVerdict>(gone.size());
    for (var mutation : gone) {
      var id = mutation.mutation().id();
      if (state.forks.isOurs(id, partition)) {
        verdicts.add(verdict(id, partition, batch.getToRevision()));
      }
    }
    return verdicts;
  }

  /** What was decided may be what another copy of this process made. */
  private List<MutationId> unknown(List<PendingMutation> gone, int partition) {
    return state.forks.isEmpty()
        ? List.of()
        : gone.stream()
            .map(mutation -> mutation.mutation().id())
            .filter(id -> !state.forks.isOurs(id, partition))
            .toList();
  }

  /** What was told of a mutation, unless it may be of what another copy of this process made. */
  Optional<OwnVerdict> told(MutationId id, int partition) {
    return Optional.ofNullable(state.exceptions.get(id))
        .filter(any -> state.forks.isOurs(id, partition));
  }

  /** The verdict of a mutation that is known to be included at the revision. */
  OwnVerdict verdict(MutationId id, int partition, long revision) {
    return told(id, partition)
        .orElseGet(
            () -> new OwnVerdict(id, Verdict.APPLIED, Reason.NONE, revision, Optional.empty()));
  }
}
