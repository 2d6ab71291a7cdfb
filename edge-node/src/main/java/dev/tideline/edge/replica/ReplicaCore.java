package dev.tideline.edge.replica;

import dev.tideline.codec.InterestCodec;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.VersionToken;
import dev.tideline.store.Slice;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.InterestsHeld;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Base, pending and view of one edge.
 *
 * <p>{@code view(key) = fold(merge, base(key), pending(key) in the order of the journal)}. A local
 * write is merged onto the view; a change replaces the base, drops what it includes from pending
 * and folds again. It is the same merge as the hub's, so a mutation that will lose there already
 * loses here.
 *
 * <p>The state is a function of the two logs, whatever order they were written in: base, cursors
 * and included sequences come from the apply log; pending is what the journal holds beyond the
 * included sequences. Recovery is therefore {@link #apply(ChangeBatch, RemoteChanges.Read)} for
 * every batch of the apply log, {@link #recover} for every mutation of the journal, {@link
 * #recovered}, and {@link #begin}.
 *
 * <p>Guarded by one lock of the driver's; only {@link #views}, {@link #partitionOf}, {@link
 * #layout} and {@link #catalog} are called without it.
 */
public final class ReplicaCore {

  private final ReplicaState state;
  private final LocalWrites writes;
  private final Reissues reissues;
  private final RemoteChanges changes;
  private final Loading loading;
  private final Quarantine quarantine;
  private final Views views;
  private final Set<QualifiedKey> recovering = new LinkedHashSet<>();

  public ReplicaCore(EdgeId edge, ViewCache cache, ReplicaLimits limits) {
    this(
        edge,
        cache,
        limits,
        () -> {
          throw new IllegalStateException("there is no second table");
        });
  }

  /**
   * A core without state.
   *
   * @param tables for a base that is loaded beside the one there is
   */
  public ReplicaCore(EdgeId edge, ViewCache cache, ReplicaLimits limits, Supplier<Table> tables) {
    state = new ReplicaState(edge, cache);
    changes = new RemoteChanges(state);
    reissues = new Reissues(state, changes);
    writes = new LocalWrites(state, limits, reissues);
    loading = new Loading(state, changes, tables);
    quarantine = new Quarantine(state, changes);
    views = new Views(state);
  }

  /** Judges a write and builds its mutation; changes nothing but the clock. */
  Proposal propose(WriteIntent intent, long wallMs) {
    return writes.propose(intent, wallMs);
  }

  /** Makes a journalled mutation visible; nothing may come between it and its proposal. */
  Receipt merge(Proposal.Made proposed, long position, int bytes) {
    return writes.merge(proposed, position, bytes);
  }

  /** What the writer of a mutation has seen that was merged just before. */
  VersionToken token(Proposal.Made merged) {
    return writes.token(merged);
  }

  /** Whether {@link #apply} may take the batch; if not, something is missing before it. */
  boolean continues(ChangeBatch batch) {
    return loading.beside() ? loading.continues(batch) : changes.continues(batch);
  }

  /**
   * Reads what the hub decided and changes nothing.
   *
   * @throws dev.tideline.model.InvalidInputException if it is malformed
   */
  RemoteChanges.Read read(ChangeBatch batch) {
    return loading.beside()
        ? loading.read(batch)
        : changes.read(batch.getChangesList(), batch.getVerdictsList());
  }

  /** Applies what the hub decided; nothing may come between it and its {@link #read}. */
  Settled apply(ChangeBatch batch, RemoteChanges.Read read) {
    if (loading.beside()) {
      return loading.apply(batch, read);
    }
    state.blank = false;
    return changes.apply(batch, read);
  }

  /** What is wanted, and which of it is ready. */
  void hold(InterestsHeld held) {
    var wanted = new ArrayList<Interest>();
    var ready = new ArrayList<Interest>();
    for (var each : held.getInterestsList()) {
      wanted.add(InterestCodec.decode(each.getInterest()));
      if (each.getReady()) {
        ready.add(wanted.getLast());
      }
    }
    state.hold(Interests.of(wanted), Interests.of(ready));
  }

  /** What is wanted, and which of it is ready, as it is kept on disk. */
  InterestsHeld held() {
    return held(state.wanted(), state.ready());
  }

  /** The same of what is to be wanted and ready: it is on disk before it is so. */
  static InterestsHeld held(Interests wanted, Interests ready) {
    var held = InterestsHeld.newBuilder();
    for (var interest : wanted.all()) {
      held.addInterests(
          InterestsHeld.InterestHeld.newBuilder()
              .setInterest(InterestCodec.encode(interest))
              .setReady(ready.all().contains(interest)));
    }
    return held.build();
  }

  /** Drops everything that is not kept, at once; before others work with the replica. */
  void dropUnkept() {
    if (!state.ready().everything()) {
      state.cache.forEachSegment(this::drop);
    }
  }

  /** Drops what is held of keys that are not kept, but for what is pending here. */
  void drop(Collection<QualifiedKey> keys) {
    var unkept = new LinkedHashSet<QualifiedKey>();
    for (var key : keys) {
      if (!state.keeps(key)) {
        unkept.add(key);
      }
    }
    changes.refold(unkept);
  }

  /** The keys that are quarantined. */
  Quarantine quarantine() {
    return quarantine;
  }

  /** The snapshot that is being loaded, if any. */
  Loading loading() {
    return loading;
  }

  /** What became of own mutations that a load found decided. */
  Map<MutationId, ReceiptState> states(List<PendingMutation> gone) {
    var states = LinkedHashMap.<MutationId, ReceiptState>newLinkedHashMap(gone.size());
    for (var pending : gone) {
      var mutation = pending.mutation();
      int partition = state.layout().orElseThrow().partitionOf(mutation.zone());
      states.put(mutation.id(), decided(new Receipt(mutation.id(), partition)));
    }
    return states;
  }

  private ReceiptState decided(Receipt receipt) {
    int partition = receipt.partition();
    long revision = state.partition(partition).cursor().revision();
    boolean forgotten =
        changes.told(receipt.id(), partition).isEmpty()
            && state.verdictsForgotten.contains(receipt.id(), partition);
    return forgotten
        ? new ReceiptState.Forgotten()
        : new ReceiptState.Decided(changes.verdict(receipt.id(), partition, revision));
  }

  /** Takes in a mutation of the journal, after the whole apply log. */
  void recover(Mutation mutation, long position, int bytes) {
    if (writes.recover(new PendingMutation(mutation, position, bytes))) {
      mutation.operations().forEach(operation -> recovering.add(operation.target()));
    }
  }

  /** Takes in an earlier incarnation: what it made and is not in the journal was lost. */
  void recoverBegun(long incarnation, List<ForkedIncarnation> forked) {
    state.retained.putIfAbsent(incarnation, 0L);
    forked.forEach(reissues::note);
    state.forks.begun(incarnation, forked);
  }

  /** What becomes of what forked incarnations had made. */
  Reissues reissues() {
    return reissues;
  }

  /** Folds what was pending, after the whole journal. */
  void recovered() {
    reissues.includeForgotten();
    changes.refold(recovering);
    recovering.clear();
    state.pastRestored();
  }

  /** Begins an incarnation, durable in the journal by then. */
  void begin(long incarnation, List<ForkedIncarnation> forked) {
    state.begin(incarnation);
    state.forks.begun(incarnation, forked);
  }

  void learn(Layout layout) {
    state.learn(layout);
  }

  void learn(Catalog catalog) {
    state.learn(catalog);
    loading.learn(catalog);
  }

  void observe(HybridTime time) {
    state.clock.observe(time);
  }

  /** How mutations are laid on partitions; empty before the first Welcome ever. */
  public Optional<Layout> layout() {
    return state.layout();
  }

  /** The namespaces; {@link Catalog#NONE} before the first Welcome ever. */
  public Catalog catalog() {
    return state.catalog();
  }

  /** What readers see. */
  Views views() {
    return views;
  }

  /** Tells the listener of everything that becomes visible from here on. */
  void listen(ViewListener listener) {
    state.listen(listener);
  }

  /** How far a partition is. From any thread. */
  Position cursor(int partition) {
    return state.partition(partition).cursor();
  }

  /** The partition of a key. From any thread; a layout must be known. */
  int partitionOf(QualifiedKey key) {
    return state.partitionOf(key);
  }

  /** What is known here of an own receipt. */
  ReceiptState receipt(Receipt asked) {
    var receipt = state.forks.follow(asked);
    var id = receipt.id();
    if (state.forks.isForgotten(receipt) && !state.pending.holds(id.incarnation())) {
      return new ReceiptState.Forgotten();
    }
    var partition = state.partition(receipt.partition());
    if (state.isForgotten(id)) {
      // A snapshot may tell anew that it is included; its verdict is known at the hub only.
      return new ReceiptState.NotHere();
    }
    if (id.sequence() <= partition.included(id.incarnation())) {
      return decided(receipt);
    }
    boolean survived = id.sequence() <= state.retained.getOrDefault(id.incarnation(), 0L);
    return survived ? new ReceiptState.Pending() : new ReceiptState.NotHere();
  }

  /** What the replica tells the hub of itself. */
  public ReplicaProgress progress() {
    var partitions = new ArrayList<ReplicaProgress.Partition>();
    int count = state.layout().map(Layout::partitions).orElse(0);
    for (int i = 0; i < count; i++) {
      var partition = state.partition(i);
      partitions.add(
          new ReplicaProgress.Partition(
              i,
              partition.cursor(),
              partition.terms(),
              partition.included(),
              partition.hold(),
              partition.lost(),
              partition.sawBesides()));
    }
    return new ReplicaProgress(
        state.incarnation(),
        new TreeMap<>(state.retained),
        Map.copyOf(state.forgotten),
        partitions);
  }

  /**
   * What is known beside the table, by reference or small.
   *
   * @param journalEnd position behind the journal's last record
   */
  ReplicaImage image(long journalEnd) {
    return new ReplicaImage(
        state.layout(),
        state.catalog(),
        state.clock.latest(),
        Map.copyOf(state.retained),
        Map.copyOf(state.forgotten),
        progress().partitions(),
        List.copyOf(state.exceptions.values()),
        state.verdictsForgotten.all(),
        state.ownKeys.all(),
        state.forks.all(),
        Reissues.encode(state.forks.allReissued()),
        state.places.copy(),
        Map.copyOf(state.quarantined),
        held(),
        Math.min(firstToSend((incarnation, partition) -> 0), journalEnd));
  }

  /** Takes an entry of a checkpoint; false if the table is full. */
  boolean restoreEntry(Slice key, Slice value) {
    return state.cache.restore(key, value);
  }

  /** Sees the base of every key. */
  void forEachBase(ViewCache.BaseVisitor visitor) {
    state.cache.forEachBase(visitor);
  }

  /** Sees every key. */
  void forEachKey(Consumer<QualifiedKey> visitor) {
    state.cache.forEachKey(visitor);
  }

  /** The live incarnation. From any thread. */
  long incarnation() {
    return state.incarnation();
  }

  ReplicaState state() {
    return state;
  }

  /** How much waits for the hub. */
  Backlog backlog() {
    return Outstanding.backlog(state);
  }

  /**
   * Where in the journal sending must begin, given what the hub holds: the position of the first
   * pending mutation above its watermark; {@link Long#MAX_VALUE} if there is none.
   */
  long firstToSend(Watermarks watermarks) {
    return Outstanding.firstToSend(state, watermarks);
  }

  /** What the hub holds of an incarnation in a partition. */
  public interface Watermarks {
    long of(long incarnation, int partition);
  }

  /** Own mutations that the hub has not decided, as far as this edge knows. */
  public record Backlog(int count, long bytes, long oldestMs) {}

  /** Keys held, tombstones included. */
  long keys() {
    return state.cache.size();
  }
}
