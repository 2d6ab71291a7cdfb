package dev.tideline.edge.replica;

import dev.tideline.codec.Ids;
import dev.tideline.edge.cache.CacheEntry;
import dev.tideline.edge.cache.ViewCache;
import dev.tideline.merge.MergeRule;
import dev.tideline.model.Catalog;
import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridClock;
import dev.tideline.model.HybridTime;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Interests;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.wire.v1.PartitionProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What {@link LocalWrites} and {@link RemoteChanges} share. Guarded by the replica's lock; what
 * readers use without it is volatile or concurrent, and written so that a reader who takes cursor
 * and own sequences first and the entry second never claims to have seen more than it did.
 */
final class ReplicaState {

  final EdgeId edge;
  final ViewCache cache;
  final HybridClock clock = new HybridClock(HybridTime.ZERO);
  final PendingIndex pending = new PendingIndex();
  final Forks forks = new Forks();
  final OwnKeys ownKeys = new OwnKeys();

  /** Verdicts other than plain APPLIED; at or below the included sequence, none means APPLIED. */
  final Map<MutationId, OwnVerdict> exceptions = new HashMap<>();

  /** Of these the lack of an exception says nothing. */
  final ForgottenVerdicts verdictsForgotten = new ForgottenVerdicts();

  /** Keys that lack a change, with its revision: reads of them fail until it is in. */
  final Map<QualifiedKey, Long> quarantined = new ConcurrentHashMap<>();

  /** Last surviving sequence of each incarnation that the journal holds mutations of. */
  final TreeMap<Long, Long> retained = new TreeMap<>(Long::compareUnsigned);

  /** Of retained incarnations, the highest sequence that the journal no longer holds. */
  final Map<Long, Long> forgotten = new HashMap<>();

  final Places places = new Places();

  /** Whether the base is not there yet: it is being loaded for the first time. */
  volatile boolean blank;

  /** What is loaded into the base and not ready. */
  volatile Interests loading = Interests.NONE;

  private volatile Interests wanted = Interests.EVERYTHING;
  private volatile Interests ready = Interests.EVERYTHING;
  private final AtomicLong interestsVersion = new AtomicLong();
  private final PartitionReplica[] partitions = new PartitionReplica[Layout.PARTITIONS_MAX];
  private volatile Optional<Layout> layout = Optional.empty();
  private volatile Catalog catalog = Catalog.NONE;
  private volatile List<MutationId> ownSeen = List.of();
  private volatile long incarnation;
  private ViewListener listener = ViewListener.NONE;

  ReplicaState(EdgeId edge, ViewCache cache) {
    this.edge = edge;
    this.cache = cache;
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new PartitionReplica();
    }
  }

  /** The hub was set back: what was followed of a partition behind the fork is lost. */
  void lose(int partition, Position fork) {
    ownKeys.letGo(partition, this::decided);
    partitions[partition].lose(fork);
    places.lose(partition, fork.revision());
  }

  /** Up to where an own incarnation is known to be decided in a partition. */
  long known(int number, long ofIncarnation) {
    return Math.max(partitions[number].included(ofIncarnation), forks.known(ofIncarnation, number));
  }

  PartitionReplica partition(int number) {
    return partitions[number];
  }

  Optional<Layout> layout() {
    return layout;
  }

  void learn(Layout told) {
    layout = Optional.of(told);
  }

  /** Whether there is a partition of this number; from the wire it may be any. */
  boolean isPartition(int number) {
    return layout.isPresent() && Integer.compareUnsigned(number, layout.get().partitions()) < 0;
  }

  Catalog catalog() {
    return catalog;
  }

  void learn(Catalog told) {
    catalog = told;
  }

  /** Who hears what becomes visible. */
  ViewListener listener() {
    return listener;
  }

  void listen(ViewListener from) {
    listener = from;
  }

  /** Tells whoever follows that he must start over. */
  void tellReplaced() {
    for (int i = 0; i < partitions.length; i++) {
      if (listener.listens(i)) {
        listener.replaced(i);
      }
    }
  }

  long incarnation() {
    return incarnation;
  }

  void begin(long drawn) {
    incarnation = drawn;
    // The sequences of the one before are of no account to it.
    for (var partition : partitions) {
      partition.madeLive(0);
    }
    retained.put(drawn, 0L);
    noteOwnSeen();
  }

  /** Takes the highest sequence of an incarnation that the journal no longer holds. */
  void forget(long gone, long highest) {
    exceptions.keySet().removeIf(id -> id.incarnation() == gone && id.sequence() <= highest);
    verdictsForgotten.forget(gone, highest);
    if (gone == incarnation || highest < retained.getOrDefault(gone, 0L)) {
      forgotten.put(gone, highest);
      return;
    }
    retained.remove(gone);
    forgotten.remove(gone);
    for (var partition : partitions) {
      partition.forget(gone);
    }
  }

  /** Takes a partition's progress from a checkpoint. */
  void restore(PartitionProgress progress) {
    partitions[progress.getPartition()].restore(
        Ids.decode(progress.getCursor()),
        progress.getTermsList().stream().map(Ids::decode).toList(),
        CheckpointCodec.included(progress),
        progress.getLostList().stream().map(Ids::decode).toList());
  }

  /** The base holds what the apply log told so far and nothing else, or all of it. */
  void pastRestored() {
    List.of(partitions).forEach(PartitionReplica::pastRestored);
  }

  /** Highest sequence made by the live incarnation. */
  long lastSequence() {
    return retained.getOrDefault(incarnation, 0L);
  }

  int partitionOf(QualifiedKey key) {
    return layout.orElseThrow().partitionOf(key.key());
  }

  /** S, as a reader of a partition has it at this moment. */
  List<MutationId> ownSeen(int partition) {
    return forks.cut(partition, ownSeen);
  }

  /** What is wanted, and which of it is there to be read. */
  void hold(Interests all, Interests there) {
    wanted = all;
    ready = there;
    interestsVersion.incrementAndGet();
  }

  /** Moves with every change of what is wanted or ready. */
  long interestsVersion() {
    return interestsVersion.get();
  }

  Interests wanted() {
    return wanted;
  }

  Interests ready() {
    return ready;
  }

  /** Whether a key's base is what the hub decided up to the cursor. */
  boolean holds(QualifiedKey key) {
    return !blank && ready.covers(key);
  }

  /** The same of all keys of a namespace and a zone that begin with the text. */
  boolean holdsAll(String namespace, String prefix) {
    return !blank && ready.coversAll(namespace, prefix);
  }

  /** Whether what the hub says of a key is taken in. */
  boolean keeps(QualifiedKey key) {
    return ready.covers(key) || loading.covers(key);
  }

  /** Whether nothing was ever applied. */
  boolean atStart() {
    for (var partition : partitions) {
      if (partition.cursor().revision() > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a blind writer of this moment has seen of the keys of a partition that it writes: if one
   * of them is not held, just what was made here.
   */
  Context contextOf(int partition, List<Operation> operations) {
    var context = contextOf(partition);
    for (var operation : operations) {
      if (!holds(operation.target())) {
        return new Context(Position.START, context.own());
      }
    }
    return context;
  }

  /** What a reader or a blind writer of this moment has seen of a partition. */
  Context contextOf(int partition) {
    var own = ownSeen(partition);
    return new Context(partitions[partition].cursor(), own);
  }

  /** Publishes S: the live incarnation, and older ones of which something is pending. */
  void noteOwnSeen() {
    var seen = new ArrayList<MutationId>(2);
    for (var each : retained.entrySet()) {
      boolean live = each.getKey() == incarnation;
      if (each.getValue() > 0 && (live || pending.holds(each.getKey()))) {
        seen.add(new MutationId(edge, each.getKey(), each.getValue()));
      }
    }
    ownSeen = List.copyOf(seen);
  }

  /** Notes the idempotency key of an own mutation. */
  void noteKey(IdempotencyScope scope, OwnKeys.Use use) {
    ownKeys.add(scope, use, this::decided);
  }

  /** Whether the journal holds nothing any more that would prove what became of a mutation. */
  boolean isForgotten(MutationId id) {
    return !retained.containsKey(id.incarnation())
        || id.sequence() <= forgotten.getOrDefault(id.incarnation(), 0L);
  }

  /** Whether an own mutation is included in the base, or was when it was forgotten. */
  boolean decided(Receipt receipt) {
    var id = receipt.id();
    return isForgotten(id)
        || id.sequence() <= partition(receipt.partition()).included(id.incarnation());
  }

  /** Stores an entry; a key that finds no room is quarantined rather than served wrong. */
  void store(QualifiedKey key, CacheEntry entry) {
    if (entry.equals(CacheEntry.NONE)) {
      cache.remove(key);
      stored(key, keeps(key) ? 0 : Long.MAX_VALUE);
    } else if (cache.put(key, entry)) {
      stored(key, entry.changeRevision());
    } else {
      quarantine(key, entry.changeRevision());
    }
  }

  /** What a key's base lacks from here on; the later of two counts. */
  void quarantine(QualifiedKey key, long lacks) {
    if (quarantined.putIfAbsent(key, lacks) == null) {
      listener.quarantined(key);
    }
    quarantined.merge(key, lacks, Math::max);
  }

  /** A base that was folded anew may be the old one: it is in order only with what it lacked. */
  private void stored(QualifiedKey key, long revision) {
    if (!quarantined.isEmpty()) {
      quarantined.computeIfPresent(key, (same, lacks) -> revision >= lacks ? null : lacks);
    }
  }

  /**
   * Stores the entries of keys that belong together, so that no reader sees some of them as they
   * were and others as they are.
   */
  void storeTogether(PartitionReplica partition, Map<QualifiedKey, CacheEntry> entries) {
    if (entries.size() == 1) {
      entries.forEach(this::store);
      return;
    }
    partition.guard().toggleTogether();
    try {
      entries.forEach(this::store);
    } finally {
      partition.guard().toggleTogether();
    }
  }

  /**
   * Folds everything pending onto the bases of a group of keys, in the order of the journal. A
   * mutation counts on all its keys or, if a rule rejects one of its operations, on none.
   *
   * @param entries settled, of all keys that pending mutations bind together; folded in place
   */
  void fold(Map<QualifiedKey, CacheEntry> entries) {
    for (var each : pendingOf(entries.keySet())) {
      var mutation = each.mutation();
      var merge = merge(mutation, key -> held(entries, key));
      boolean rejected =
          mutation.operations().stream().anyMatch(operation -> merge.merge(operation).isPresent());
      if (rejected) {
        for (var key : mutation.targets()) {
          var entry = held(entries, key);
          entries.put(key, entry.withView(entry.view()));
        }
      } else {
        entries.putAll(merge.entries());
      }
    }
  }

  /** A merge of a mutation that is made already onto what is held of its keys. */
  AtomicMerge merge(Mutation made, Function<QualifiedKey, CacheEntry> held) {
    var partition = partitions[partitionOf(made.operations().getFirst().target())];
    var context = partition.standing(made.context());
    return new AtomicMerge(made.id(), context, made.time(), held, this::rule);
  }

  /** What is pending on any of the keys, in the order of the journal. */
  Collection<PendingMutation> pendingOf(Set<QualifiedKey> keys) {
    if (keys.size() == 1) {
      return pending.of(keys.iterator().next());
    }
    var inOrder = new TreeMap<Long, PendingMutation>();
    for (var key : keys) {
      pending.of(key).forEach(mutation -> inOrder.put(mutation.position(), mutation));
    }
    return inOrder.values();
  }

  private static CacheEntry held(Map<QualifiedKey, CacheEntry> entries, QualifiedKey key) {
    var entry = entries.get(key);
    if (entry == null) {
      throw new IllegalStateException("'%s' is folded without a key bound to it".formatted(key));
    }
    return entry;
  }

  MergeRule rule(QualifiedKey key) {
    return MergeRule.of(typeOf(key.namespace()));
  }

  private DataType typeOf(String namespace) {
    return catalog.find(namespace).orElseThrow().type();
  }
}
