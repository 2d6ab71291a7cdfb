package dev.tideline.edge.replica;

import dev.tideline.codec.Ids;
import dev.tideline.codec.MutationCodec;
import dev.tideline.edge.replica.ReplicaForks.Entry;
import dev.tideline.edge.replica.ReplicaForks.Undecided;
import dev.tideline.model.Context;
import dev.tideline.model.Layout;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.QualifiedKey;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.Reissued;
import dev.tideline.wire.v1.VerdictsForgotten;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Mutations of forked incarnations on their way into another one. Guarded by the replica's lock.
 */
final class Reissues {

  private final ReplicaState state;
  private final RemoteChanges changes;
  private final Set<QualifiedKey> touched = new LinkedHashSet<>();

  Reissues(ReplicaState state, RemoteChanges changes) {
    this.state = state;
    this.changes = changes;
  }

  private List<PendingMutation> pending() {
    var all = new ArrayList<PendingMutation>();
    for (int i = 0; i < partitions(); i++) {
      all.addAll(state.partition(i).pending());
    }
    all.sort(Comparator.comparingLong(PendingMutation::position));
    return all;
  }

  int partitions() {
    return state.layout().map(Layout::partitions).orElse(0);
  }

  private int partitionOf(PendingMutation pending) {
    return state.layout().orElseThrow().partitionOf(pending.mutation().zone());
  }

  /** What is to be issued again, in the order of the journal. */
  List<PendingMutation> toReissue() {
    if (state.forks.isEmpty()) {
      return List.of();
    }
    return pending().stream()
        .filter(one -> state.forks.isBeyond(one.mutation().id(), partitionOf(one)))
        .toList();
  }

  /**
   * Whether anything would be, were this known, or whether this is known from nowhere else, or
   * whether the journal tells of incarnations that are not sent before it is known: then the
   * journal must tell of it.
   */
  boolean mustBeTold(List<ForkedIncarnation> compared) {
    var known = new Forks();
    compared.forEach(known::note);
    return known.holdsPlaces()
        || !state.forks.unsent().isEmpty()
        || !toReissue().isEmpty()
        || pending().stream()
            .anyMatch(one -> known.isBeyond(one.mutation().id(), partitionOf(one)));
  }

  /**
   * Other incarnations that have made something, still pending, which saw more than is equal.
   *
   * @param known of what is equal
   */
  Set<Long> seeing(long incarnation, Forks known) {
    var seeing = new HashSet<Long>();
    for (var one : pending()) {
      int partition = partitionOf(one);
      boolean saw =
          one.mutation().context().own().stream()
              .filter(id -> id.incarnation() == incarnation && id.edge().equals(state.edge))
              .anyMatch(id -> !known.isOurs(id, partition));
      if (saw && one.mutation().id().incarnation() != incarnation) {
        seeing.add(one.mutation().id().incarnation());
      }
    }
    return seeing;
  }

  /** What is undecided of some incarnations. */
  List<Undecided> undecided(Set<Long> incarnations) {
    record Place(long incarnation, int partition) {}
    var entries = new LinkedHashMap<Place, List<Entry>>();
    for (var one : pending()) {
      var id = one.mutation().id();
      if (incarnations.contains(id.incarnation())) {
        long hash = MutationCodec.encode(one.mutation()).getContentHash();
        entries
            .computeIfAbsent(
                new Place(id.incarnation(), partitionOf(one)), place -> new ArrayList<>())
            .add(new Entry(id.sequence(), hash));
      }
    }
    var undecided = new ArrayList<Undecided>();
    entries.forEach(
        (place, list) -> {
          long cursor = state.partition(place.partition()).cursor().revision();
          undecided.add(new Undecided(place.incarnation(), place.partition(), cursor, list));
        });
    return undecided;
  }

  /** A fork, and what the hub no longer knows of it. */
  void note(ForkedIncarnation told) {
    state.forks.note(told);
    for (var one : told.getEqualList()) {
      if (one.getForgotten() > 0) {
        long included = state.partition(one.getPartition()).included(told.getIncarnation());
        long known = one.getForgotten() == one.getSequence() ? 0 : one.getSequence();
        state.verdictsForgotten.restore(
            VerdictsForgotten.newBuilder()
                .setPartition(one.getPartition())
                .setIncarnation(told.getIncarnation())
                .setAfter(Math.max(known, included))
                .setUpTo(one.getForgotten())
                .build());
      }
    }
  }

  /**
   * The same mutation, of the live incarnation. It keeps its time, for that is when it was made,
   * and a key that any other copy of this process gives it as well: what two copies hold undecided
   * both issue again, and the hub decides the second to be a duplicate of the first.
   */
  Mutation reissue(PendingMutation pending) {
    var original = pending.mutation();
    int partition = partitionOf(pending);
    var own = state.forks.seenBy(original.id(), partition, original.context().own(), holding());
    boolean keyed = !original.idempotencyKey().isEmpty();
    return new Mutation(
        new MutationId(state.edge, state.incarnation(), state.lastSequence() + 1),
        state.partition(partition).lastSequence(),
        original.zone(),
        original.operations(),
        new Context(original.context().seen(), own),
        original.time(),
        original.actor(),
        keyed ? original.idempotencyKey() : key(original),
        keyed ? original.idempotencyHash() : MutationCodec.idempotencyHash(original.operations()),
        original.contractVersion(),
        original.traceContext(),
        Optional.of(original.id()));
  }

  private Set<Long> holding() {
    var holding = new HashSet<Long>();
    for (long incarnation : state.retained.keySet()) {
      boolean live = incarnation == state.incarnation() && state.lastSequence() > 0;
      if (live || state.pending.holds(incarnation)) {
        holding.add(incarnation);
      }
    }
    return holding;
  }

  private static String key(Mutation original) {
    long hash = MutationCodec.encode(original).getContentHash();
    return "reissued %s %016x".formatted(original.id(), hash);
  }

  /** It is in the journal: it takes the place of its original. */
  void reissued(PendingMutation original, PendingMutation again) {
    var partition = state.partition(partitionOf(original));
    partition.remove(original);
    state.pending.remove(original);
    partition.madeLive(again.mutation().id().sequence());
    state.retained.put(state.incarnation(), again.mutation().id().sequence());
    partition.addPending(again);
    state.pending.add(again);
    state.forks.reissued(original.mutation().id(), again.mutation().id());
    touched.addAll(again.mutation().targets());
  }

  /** Readers see it. */
  void all() {
    state.noteOwnSeen();
    changes.refold(touched);
    touched.clear();
  }

  /** After recovery, for the journal tells of forks behind all that the apply log tells. */
  void includeForgotten() {
    for (int i = 0; i < partitions(); i++) {
      var partition = state.partition(i);
      state
          .forks
          .include(i, partition, partition, partition.cursor())
          .forEach(state.pending::remove);
    }
  }

  /** Takes in one that the journal holds: its original is no longer pending. */
  void recover(Mutation again, MutationId original, int number) {
    var partition = state.partition(number);
    partition.pending().stream()
        .filter(one -> one.mutation().id().equals(original))
        .findFirst()
        .ifPresent(
            one -> {
              partition.remove(one);
              state.pending.remove(one);
            });
    state.forks.reissued(original, again.id());
  }

  /** What a checkpoint keeps of it. */
  static List<Reissued> encode(Map<MutationId, MutationId> reissued) {
    return reissued.entrySet().stream()
        .map(
            one ->
                Reissued.newBuilder()
                    .setOriginal(Ids.encode(one.getKey()))
                    .setId(Ids.encode(one.getValue()))
                    .build())
        .toList();
  }
}
