package dev.tideline.edge.replica;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.codec.InterestCodec;
import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.model.Catalog;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Interests;
import dev.tideline.model.Layout;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.LoadBegun;
import dev.tideline.wire.v1.LoadEnded;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.SnapshotChunk;
import dev.tideline.wire.v1.SnapshotEnd;
import dev.tideline.wire.v1.SnapshotStart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot that is being loaded, at most one at a time. Its entries are at or below its starts;
 * the stream, followed from the starts at the latest, brings what is newer; whatever arrives first,
 * the higher revision of a key stays. So the state is whole once the snapshot has ended and the
 * stream has passed its ends.
 *
 * <p><i>Beside</i>: for an edge that the log no longer reaches. A second state is filled while the
 * first one goes on serving, frozen, with own writes on top; then the second takes its place in one
 * step, and keys that it does not have are gone with the first.
 *
 * <p><i>Into the base</i>: for an interest that was added. Nobody reads it before it is ready. What
 * an earlier interest may have left of it was dropped before: a key that was deleted since is in no
 * snapshot, and would come back.
 */
final class Loading {

  private final ReplicaState state;
  private final RemoteChanges changes;
  private final Supplier<Table> tables;
  private @Nullable Load load;
  private long number;

  /** What is under way. */
  private static final class Load {
    final Interests scope;
    final ReplicaState into;
    final RemoteChanges changes;
    final boolean beside;
    long[] streamAfter = new long[Layout.PARTITIONS_MAX];
    final Map<Integer, Position> forks = new TreeMap<>();
    List<PartitionSnapshot> starts = List.of();
    List<Position> ends = List.of();

    Load(Interests scope, ReplicaState into, RemoteChanges changes, boolean beside) {
      this.scope = scope;
      this.into = into;
      this.changes = changes;
      this.beside = beside;
    }
  }

  Loading(ReplicaState state, RemoteChanges changes, Supplier<Table> tables) {
    this.state = state;
    this.changes = changes;
    this.tables = tables;
  }

  void learn(Catalog catalog) {
    if (load != null && load.beside) {
      load.into.learn(catalog);
    }
  }

  boolean running() {
    return load != null;
  }

  /** Whether what the stream brings goes beside the base, which stands still. */
  boolean beside() {
    return load != null && load.beside;
  }

  /** What is loaded; nothing if nothing is. */
  Interests scope() {
    return load == null ? Interests.NONE : load.scope;
  }

  /** Where the second state stands, by partition; empty if there is none. */
  List<Position> cursors() {
    var cursors = new ArrayList<Position>();
    if (load != null && load.beside) {
      for (int i = 0; i < state.layout().orElseThrow().partitions(); i++) {
        cursors.add(load.into.partition(i).cursor());
      }
    }
    return cursors;
  }

  /** Whether the base that is replaced is of a history that is none any more. */
  boolean beyondFork() {
    return load != null && !load.forks.isEmpty();
  }

  /** How many were begun. */
  long number() {
    return number;
  }

  /** Begins; what was being loaded before is thrown away. */
  void begin(LoadBegun begun) {
    drop();
    number++;
    var scope = InterestCodec.decode(begun.getScopeList());
    if (begun.getBesideCount() == 0) {
      state.loading = scope;
      load = new Load(scope, state, changes, false);
      return;
    }
    var second = new ReplicaState(state.edge, new ViewCache(tables.get()));
    second.learn(state.layout().orElseThrow());
    second.learn(state.catalog());
    second.hold(scope, scope);
    for (int i = 0; i < begun.getBesideCount(); i++) {
      var needed = begun.getBeside(i);
      second
          .partition(i)
          .follow(
              Ids.decode(needed.getStreamAfter()),
              needed.getTermsList().stream().map(Ids::decode).toList());
    }
    if (state.atStart()) {
      state.blank = true;
    }
    var made = new Load(scope, second, new RemoteChanges(second), true);
    for (int i = 0; i < begun.getBesideCount(); i++) {
      made.streamAfter[i] = begun.getBeside(i).getStreamAfter().getRevision();
      if (begun.getBeside(i).hasFork()) {
        made.forks.put(i, Ids.decode(begun.getBeside(i).getFork()));
      }
    }
    load = made;
  }

  /** From there on the stream carries what is loaded into the base. */
  void streamAfter(List<Long> revisions) {
    var current = running(load);
    for (int i = 0; i < revisions.size(); i++) {
      current.streamAfter[i] = revisions.get(i);
    }
  }

  /**
   * Takes where the snapshot starts; a later call replaces an earlier one, what was loaded stays
   * true.
   *
   * @return false if the stream begins too late for it, or it is of no such partition
   */
  boolean start(SnapshotStart told) {
    var current = running(load);
    for (var one : told.getPartitionsList()) {
      if (!state.isPartition(one.getPartition())
          || one.getStart().getRevision() < current.streamAfter[one.getPartition()]) {
        return false;
      }
    }
    boolean resumed = sameStarts(current.starts, told.getPartitionsList());
    current.starts = resumed ? current.starts : List.copyOf(told.getPartitionsList());
    current.ends = List.of();
    return true;
  }

  private static boolean sameStarts(List<PartitionSnapshot> here, List<PartitionSnapshot> there) {
    return here.stream()
        .map(PartitionSnapshot::getStart)
        .toList()
        .equals(there.stream().map(PartitionSnapshot::getStart).toList());
  }

  /** Reads a chunk and changes nothing; into the base no verdicts are loaded. */
  RemoteChanges.Read read(SnapshotChunk chunk) {
    var current = running(load);
    var states = chunk.getChangesList();
    return current.beside
        ? current.changes.read(states, chunk.getVerdictsList())
        : current.changes.read(states.stream().filter(this::isNotRead).toList(), List.of());
  }

  void chunk(RemoteChanges.Read read) {
    running(load).changes.load(read);
  }

  /** What another interest holds already moves with the stream alone, lest it outrun the cursor. */
  private boolean isNotRead(ByteString change) {
    return !state.ready().covers(ChangeCodec.target(change));
  }

  /**
   * Takes where the snapshot ends.
   *
   * @return false if it has ends of partitions that there are not
   */
  boolean end(SnapshotEnd told) {
    if (told.getEndsCount() != state.layout().orElseThrow().partitions()) {
      return false;
    }
    running(load).ends = told.getEndsList().stream().map(Ids::decode).toList();
    return true;
  }

  /** Whether the second state takes the batch next. */
  boolean continues(ChangeBatch batch) {
    return running(load).changes.continues(batch);
  }

  /** Reads a batch of the stream beside the base and changes nothing. */
  RemoteChanges.Read read(ChangeBatch batch) {
    return running(load).changes.read(batch.getChangesList(), batch.getVerdictsList());
  }

  /** Takes a batch of the stream beside the base. */
  Settled apply(ChangeBatch batch, RemoteChanges.Read read) {
    state.clock.observe(new HybridTime(batch.getHybridClock()));
    return running(load).changes.apply(batch, read);
  }

  /** What the log must say before the load goes live; empty if it is not whole yet. */
  Optional<LoadEnded> whole() {
    if (load == null || load.ends.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < load.ends.size(); i++) {
      if (load.into.partition(i).cursor().revision() < load.ends.get(i).revision()) {
        return Optional.empty();
      }
    }
    var ended = LoadEnded.newBuilder().setLive(true);
    load.starts.forEach(start -> ended.addPartitions(withForgotten(start)));
    return Optional.of(ended.build());
  }

  /**
   * Of an incarnation that the hub has forgotten it does not tell what is included. What this edge
   * knew of it stays true, also beyond a fork; what else was decided of it, a copy may have made.
   */
  private PartitionSnapshot withForgotten(PartitionSnapshot told) {
    var all = told.toBuilder();
    for (IncludedSequence forgotten : told.getForgottenList()) {
      long incarnation = forgotten.getIncarnation();
      long known = state.known(told.getPartition(), incarnation);
      if (known > 0) {
        all.addIncluded(
            forgotten.toBuilder().setSequence(Math.min(known, forgotten.getSequence())));
      }
    }
    return all.build();
  }

  /**
   * What a load leaves behind.
   *
   * @param gone own mutations that left pending
   * @param replaced the table that nobody writes any more; empty if there is none
   */
  record Ended(List<PendingMutation> gone, Optional<Table> replaced) {}

  /** The load goes live, or is given up. */
  Ended end(LoadEnded ended) {
    var current = load;
    if (current == null) {
      return new Ended(List.of(), Optional.empty());
    }
    if (!ended.getLive()) {
      return new Ended(List.of(), drop());
    }
    load = null;
    if (!current.beside) {
      state.hold(state.wanted(), state.ready().with(stillWanted(current.scope)));
      state.loading = Interests.NONE;
      // Of what was held before, too, the snapshot may have brought something newer.
      state.tellReplaced();
      return new Ended(List.of(), Optional.empty());
    }
    state.verdictsForgotten.take(ended, state, !current.forks.isEmpty());
    for (var one : ended.getPartitionsList()) {
      var into = current.into.partition(one.getPartition());
      for (IncludedSequence included : one.getIncludedList()) {
        into.include(included.getIncarnation(), included.getSequence());
      }
    }
    return takeOver(current);
  }

  private List<dev.tideline.model.Interest> stillWanted(Interests scope) {
    return scope.all().stream().filter(state.wanted().all()::contains).toList();
  }

  /**
   * The second state takes the place of the first. Readers take cursor first and entry second: the
   * table changes before the cursors move, so that nobody claims what he did not see.
   */
  private Ended takeOver(Load current) {
    var second = current.into;
    var gone = new ArrayList<PendingMutation>();
    current.forks.forEach(state::lose);
    for (int i = 0; i < state.layout().orElseThrow().partitions(); i++) {
      for (var each : second.partition(i).included().entrySet()) {
        gone.addAll(state.partition(i).include(each.getKey(), each.getValue()));
      }
      var base = second.partition(i);
      gone.addAll(state.forks.include(i, state.partition(i), base, base.cursor()));
      // What is pending is folded as the history that is loaded understands it.
      state.partition(i).followTerms(base.terms());
    }
    gone.forEach(state.pending::remove);
    foldPending(second);
    if (!current.forks.isEmpty()) {
      // What was decided behind a fork may have been decided otherwise; all was told anew.
      state.exceptions.clear();
    }
    state.exceptions.putAll(second.exceptions);
    toggleGuards();
    Table replaced;
    try {
      replaced = state.cache.replace(second.cache);
      state.quarantined.putAll(second.quarantined);
      state.quarantined.keySet().retainAll(second.quarantined.keySet());
      for (int i = 0; i < state.layout().orElseThrow().partitions(); i++) {
        state.partition(i).follow(second.partition(i));
      }
      state.hold(state.wanted(), Interests.of(stillWanted(current.scope)));
      state.blank = false;
      state.noteOwnSeen();
    } finally {
      toggleGuards();
    }
    state.tellReplaced();
    return new Ended(gone, Optional.of(replaced));
  }

  /** Puts what is pending on top of the second state's bases. */
  private void foldPending(ReplicaState second) {
    var groups = new KeyGroups(state.pending);
    var folded = new HashSet<QualifiedKey>();
    for (var key : state.pending.keys()) {
      if (!folded.contains(key)) {
        var entries = new LinkedHashMap<QualifiedKey, CacheEntry>();
        for (var each : groups.of(key)) {
          var held = second.cache.get(each);
          entries.put(each, CacheEntry.settled(held.changeRevision(), held.base()));
        }
        state.fold(entries);
        entries.forEach(second::store);
        folded.addAll(entries.keySet());
      }
    }
  }

  /** Reads of one key and of several wait for a moment. */
  private void toggleGuards() {
    for (int i = 0; i < state.layout().orElseThrow().partitions(); i++) {
      state.partition(i).guard().toggleTogether();
      state.partition(i).guard().toggleMoving();
    }
  }

  private Optional<Table> drop() {
    var dropped = load;
    load = null;
    state.loading = Interests.NONE;
    return dropped != null && dropped.beside
        ? Optional.of(dropped.into.cache.table())
        : Optional.empty();
  }

  private static Load running(@Nullable Load load) {
    if (load == null) {
      throw new IllegalStateException("nothing is being loaded");
    }
    return load;
  }
}
