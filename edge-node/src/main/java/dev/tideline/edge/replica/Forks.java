package dev.tideline.edge.replica;

import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.Receipt;
import dev.tideline.wire.v1.ForkedIncarnation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Own incarnations that lived twice. What the hub decided of such a one may be what another copy of
 * this process made, so nothing is concluded from its sequences but up to where both are known to
 * be equal; what lies beyond is issued again, and its receipts follow.
 *
 * <p>Guarded by the replica's lock; only {@link #cut} and {@link #isForked} are called without it.
 */
final class Forks {

  /** Incarnations that are remembered once they are dealt with, and that one Hello names. */
  static final int FORKS_MAX = 64;

  /** Receipts that follow; about 60 MiB of heap. Of one let go it is said that nobody knows. */
  static final int REISSUED_MAX = 200_000;

  private volatile Map<Long, Fork> forks = Map.of();

  /** Drawn because of a fork: nothing of them goes to the hub before it is settled. */
  private final Set<Long> unsent = new HashSet<>();

  private final LinkedHashMap<MutationId, MutationId> reissued = new LinkedHashMap<>();

  /** By incarnation: the highest sequence under which something was issued again. */
  private final Map<Long, Long> reissuedTo = new HashMap<>();

  private record Fork(
      ForkedIncarnation told,
      Map<Integer, Long> equal,
      Map<Integer, Long> known,
      Map<Integer, Position> decidedBy) {

    static Fork of(ForkedIncarnation told) {
      var equal = new HashMap<Integer, Long>();
      var known = new HashMap<Integer, Long>();
      var decidedBy = new HashMap<Integer, Position>();
      for (var one : told.getEqualList()) {
        equal.put(one.getPartition(), one.getSequence());
        known.put(one.getPartition(), Math.max(one.getSequence(), one.getForgotten()));
        if (one.getTerm() != 0) {
          decidedBy.put(one.getPartition(), new Position(one.getTerm(), one.getRevision()));
        }
      }
      return new Fork(told, Map.copyOf(equal), Map.copyOf(known), Map.copyOf(decidedBy));
    }
  }

  /** Takes what is known of an incarnation; what is known to be equal stays so. */
  void note(ForkedIncarnation told) {
    var more = new HashMap<>(forks);
    more.put(told.getIncarnation(), Fork.of(joined(told)));
    forks = Map.copyOf(more);
    if (told.getCompared()) {
      unsent.remove(told.getIncarnation());
    }
  }

  /**
   * Lets the oldest go of those that are dealt with.
   *
   * @param pending whether something of an incarnation is not known to be decided
   */
  void trim(LongPredicate pending) {
    var dealtWith =
        forks.keySet().stream()
            .filter(one -> isCompared(one) && !pending.test(one))
            .sorted(Long::compareUnsigned)
            .limit(Math.max(0, forks.size() - FORKS_MAX))
            .toList();
    var fewer = new HashMap<>(forks);
    fewer.keySet().removeAll(dealtWith);
    forks = Map.copyOf(fewer);
  }

  /** What is told of an incarnation together with what was known before. */
  ForkedIncarnation joined(ForkedIncarnation told) {
    var before = forks.get(told.getIncarnation());
    if (before == null) {
      return told;
    }
    var equal = new TreeMap<Integer, ForkedIncarnation.Equal>();
    before.told().getEqualList().forEach(one -> equal.put(one.getPartition(), one));
    for (var one : told.getEqualList()) {
      long known = before.equal().getOrDefault(one.getPartition(), 0L);
      long more = Math.max(known, one.getSequence());
      equal.put(one.getPartition(), one.toBuilder().setSequence(more).build());
    }
    return told.toBuilder()
        .setCompared(told.getCompared() || before.told().getCompared())
        .clearEqual()
        .addAllEqual(equal.values())
        .build();
  }

  /**
   * An incarnation begins. What it begins with the journal tells, so the same are unsent again
   * after a restart, whatever else was lost: what was sent must not be issued again.
   *
   * @param with the forks that are told with it
   */
  void begun(long incarnation, List<ForkedIncarnation> with) {
    if (with.stream().anyMatch(fork -> !fork.getCompared()) && !isCompared(incarnation)) {
      unsent.add(incarnation);
    }
  }

  private boolean isCompared(long incarnation) {
    var fork = forks.get(incarnation);
    return fork != null && fork.told().getCompared();
  }

  boolean isEmpty() {
    return forks.isEmpty();
  }

  /** Whether it is known where something was decided. */
  boolean holdsPlaces() {
    return forks.values().stream().anyMatch(fork -> !fork.decidedBy().isEmpty());
  }

  boolean isForked(long incarnation) {
    return forks.containsKey(incarnation);
  }

  /**
   * Takes out of pending what was decided of incarnations that the hub has forgotten, once a base
   * holds it: of them no watermark tells.
   *
   * @param head up to where the base holds everything
   */
  List<PendingMutation> include(
      int number, PartitionReplica partition, PartitionReplica base, Position head) {
    if (forks.isEmpty()) {
      return List.of();
    }
    var gone = new ArrayList<PendingMutation>();
    forks.forEach(
        (incarnation, fork) -> {
          var at = fork.decidedBy().get(number);
          long upTo = fork.known().getOrDefault(number, 0L);
          if (at != null && base.stands(at, head) && partition.included(incarnation) < upTo) {
            gone.addAll(partition.include(incarnation, upTo));
          }
        });
    return gone;
  }

  /** Up to where it was compared what the hub had decided; 0 if it was not. */
  long known(long incarnation, int partition) {
    var fork = forks.get(incarnation);
    return fork == null ? 0 : fork.known().getOrDefault(partition, 0L);
  }

  /** Whether the hub has forgotten a mutation that it decided at or before some position. */
  boolean isDecidedBy(MutationId id, int partition, Predicate<Position> reached) {
    var fork = forks.get(id.incarnation());
    var at = fork == null ? null : fork.decidedBy().get(partition);
    return fork != null
        && at != null
        && id.sequence() <= fork.known().getOrDefault(partition, 0L)
        && reached.test(at);
  }

  /** The oldest of which it is not known yet what the hub decided, as many as Hello may name. */
  List<Long> uncompared() {
    return allUncompared().stream()
        .map(ForkedIncarnation::getIncarnation)
        .sorted(Long::compareUnsigned)
        .limit(FORKS_MAX)
        .toList();
  }

  /** What is known of them. */
  List<ForkedIncarnation> allUncompared() {
    return forks.values().stream().map(Fork::told).filter(told -> !told.getCompared()).toList();
  }

  Set<Long> unsent() {
    return Set.copyOf(unsent);
  }

  /** Whether a mutation must be issued again, or has been. */
  boolean isBeyond(MutationId id, int partition) {
    var fork = forks.get(id.incarnation());
    return fork != null
        && fork.told().getCompared()
        && id.sequence() > fork.known().getOrDefault(partition, 0L);
  }

  /** Whether what the hub decided under this id is what this journal holds. */
  boolean isOurs(MutationId id, int partition) {
    var fork = forks.get(id.incarnation());
    return fork == null || id.sequence() <= fork.equal().getOrDefault(partition, 0L);
  }

  /**
   * Whether another copy may have made what the hub decided under this id, or nothing is to be
   * decided under it, for it is issued again.
   */
  boolean isDoubtful(MutationId id, int partition) {
    var fork = forks.get(id.incarnation());
    return fork == null
        ? unsent.contains(id.incarnation())
        : id.sequence() > fork.known().getOrDefault(partition, 0L);
  }

  /** What somebody here has truly seen of own mutations in a partition. */
  List<MutationId> cut(int partition, List<MutationId> own) {
    var known = forks;
    if (known.isEmpty() || own.stream().noneMatch(id -> known.containsKey(id.incarnation()))) {
      return own;
    }
    var cut = new ArrayList<MutationId>(own.size());
    for (var id : own) {
      var fork = known.get(id.incarnation());
      long equal = fork == null ? id.sequence() : fork.equal().getOrDefault(partition, 0L);
      if (equal > 0) {
        long sequence = Math.min(equal, id.sequence());
        cut.add(new MutationId(id.edge(), id.incarnation(), sequence));
      }
    }
    return List.copyOf(cut);
  }

  /**
   * What a mutation that is issued again had seen by origin: what it says, as far as that is true,
   * the equal part of the fork, and all that was issued again before it.
   *
   * @param pending incarnations of which something is pending, the live one included
   */
  List<MutationId> seenBy(
      MutationId original, int partition, List<MutationId> said, Collection<Long> pending) {
    var seen = new TreeMap<Long, Long>(Long::compareUnsigned);
    var ofOthers = new ArrayList<MutationId>();
    for (var id : cut(partition, said)) {
      if (id.edge().equals(original.edge())) {
        seen.put(id.incarnation(), id.sequence());
      } else {
        ofOthers.add(id);
      }
    }
    forks.forEach(
        (incarnation, fork) -> {
          long equal = fork.equal().getOrDefault(partition, 0L);
          boolean before = Long.compareUnsigned(incarnation, original.incarnation()) <= 0;
          if (equal > 0 && before && pending.contains(incarnation)) {
            seen.put(incarnation, equal);
          }
        });
    reissuedTo.forEach(
        (incarnation, highest) -> {
          if (pending.contains(incarnation) && !isForked(incarnation)) {
            seen.put(incarnation, highest);
          }
        });
    var all = new ArrayList<MutationId>(seen.size() + ofOthers.size());
    seen.forEach((of, highest) -> all.add(new MutationId(original.edge(), of, highest)));
    all.addAll(ofOthers);
    return all;
  }

  /** A mutation has been issued again. */
  void reissued(MutationId original, MutationId as) {
    reissued.put(original, as);
    reissuedTo.merge(as.incarnation(), as.sequence(), Math::max);
    if (reissued.size() > REISSUED_MAX) {
      reissued.pollFirstEntry();
    }
  }

  /** The receipt of what a mutation was issued as last. */
  Receipt follow(Receipt receipt) {
    var id = receipt.id();
    for (var next = reissued.get(id); next != null; next = reissued.get(id)) {
      id = next;
    }
    return new Receipt(id, receipt.partition());
  }

  /** Whether it was made here and issued again, and nobody knows any more as what. */
  boolean isForgotten(Receipt followed) {
    var fork = Optional.ofNullable(forks.get(followed.id().incarnation()));
    return fork.isPresent()
        && isBeyond(followed.id(), followed.partition())
        && followed.id().sequence() <= fork.get().told().getLastSequence();
  }

  List<ForkedIncarnation> all() {
    return forks.values().stream().map(Fork::told).toList();
  }

  Map<MutationId, MutationId> allReissued() {
    return reissued;
  }
}
