package dev.tideline.edge.replica;

import dev.tideline.edge.journal.Journal;
import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.ForkedIncarnation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What becomes of an incarnation that lived twice, under the replica's lock and in its journal.
 * Writes go on all the while. The journal alone tells a restart how far this came: an incarnation
 * begins with the forks because of which it was drawn, and what is issued again names its original.
 */
public final class ReplicaForks {

  private final ReentrantLock lock;
  private final ReplicaCore core;
  private final Journal journal;
  private final VerdictWaits waits;
  private final Clock clock;

  ReplicaForks(
      ReentrantLock lock, ReplicaCore core, Journal journal, VerdictWaits waits, Clock clock) {
    this.lock = lock;
    this.core = core;
    this.journal = journal;
    this.waits = waits;
    this.clock = clock;
  }

  /** Of what a new incarnation is drawn. */
  public record Draw(long random, String bootId) {}

  /**
   * What the journal holds undecided of an incarnation in a partition.
   *
   * @param cursor revision up to which nothing of it is decided
   * @param entries ascending
   */
  public record Undecided(long incarnation, int partition, long cursor, List<Entry> entries) {}

  /** One mutation. */
  public record Entry(long sequence, long contentHash) {}

  /** The live incarnation lives twice: writes go on under another one, durable on return. */
  public void leave(Draw draw) {
    locked(
        () -> {
          long left = core.incarnation();
          begin(draw, List.of(found(left)));
          return left;
        });
  }

  /**
   * An earlier incarnation lived twice, or the hub decides nothing more of it. What later ones have
   * made since says that it saw that: with it, it must be told apart and issued again.
   *
   * @return whether the live one is among those: it must be left
   */
  public boolean suspect(long incarnation) {
    return locked(
        () -> {
          core.state().forks.note(found(incarnation));
          var later = later(List.of(incarnation), core.state().forks);
          noteEarlier(later);
          return later.contains(core.incarnation());
        });
  }

  /** Incarnations that saw more of these than is equal, and are not known as forked with them. */
  private Set<Long> later(List<Long> forked, Forks known) {
    var later = new HashSet<Long>();
    forked.forEach(one -> later.addAll(core.reissues().seeing(one, known)));
    later.removeIf(core.state().forks::isForked);
    return later;
  }

  /** The live one can only be left. */
  private void noteEarlier(Set<Long> forked) {
    forked.stream()
        .filter(one -> one != core.incarnation())
        .forEach(one -> core.state().forks.note(found(one)));
  }

  /** Incarnations of which it is not known what the hub decided. */
  public List<Long> uncompared() {
    return locked(() -> core.state().forks.uncompared());
  }

  /** Whether mutations are still to be issued again. */
  public boolean isUnfinished() {
    return locked(
        () -> !core.state().forks.uncompared().isEmpty() || !core.reissues().toReissue().isEmpty());
  }

  /** Whether it lived twice: nothing is sent of it any more. Without the lock. */
  public boolean isForked(long incarnation) {
    return core.state().forks.isForked(incarnation);
  }

  /**
   * Whether another copy may have made what the hub decided under this id, or nothing is to be
   * decided under it: it is not brought to a hub that was set back.
   */
  public boolean isDoubtful(MutationId id, int partition) {
    return locked(() -> core.state().forks.isDoubtful(id, partition));
  }

  /** Whether something of an incarnation is not known to be decided. */
  public boolean isPending(long incarnation) {
    return locked(() -> core.state().pending.holds(incarnation));
  }

  /** What is not known to be decided of some incarnations. */
  public List<Undecided> undecided(Collection<Long> incarnations) {
    return locked(() -> core.reissues().undecided(Set.copyOf(incarnations)));
  }

  /**
   * It is known what the hub decided: the rest is issued again, durable on return.
   *
   * @param compared of what was to be compared
   * @throws dev.tideline.store.LogFullException if the journal has no room; what is not in it is
   *     still to be issued again
   */
  public void settle(List<ForkedIncarnation> compared, Draw draw) {
    locked(
        () -> {
          if (leaveLater(compared, draw)) {
            return compared;
          }
          var all = new ArrayList<ForkedIncarnation>();
          compared.forEach(
              one -> all.add(core.state().forks.joined(withLast(one.toBuilder()).build())));
          for (long unsent : core.state().forks.unsent()) {
            // Not one of them has been sent, so the order in which they were made can be kept.
            all.add(
                withLast(ForkedIncarnation.newBuilder().setIncarnation(unsent).setCompared(true))
                    .build());
          }
          if (core.reissues().mustBeTold(all)) {
            begin(draw, all);
            reissue();
          } else {
            all.forEach(core.reissues()::note);
          }
          return all;
        });
    journal.awaitDurable(journal.end() - 1);
  }

  /**
   * Whether later incarnations that saw what is compared are not known as forked yet, for want of
   * room in the journal: that comes first.
   */
  private boolean leaveLater(List<ForkedIncarnation> compared, Draw draw) {
    var known = new Forks();
    compared.forEach(one -> known.note(core.state().forks.joined(one)));
    var later = later(compared.stream().map(ForkedIncarnation::getIncarnation).toList(), known);
    noteEarlier(later);
    if (later.contains(core.incarnation())) {
      begin(draw, List.of(found(core.incarnation())));
    }
    return !later.isEmpty();
  }

  /** Goes on where the process before ended: into the live incarnation, which holds nothing yet. */
  void finish() {
    locked(
        () -> {
          reissue();
          return core.incarnation();
        });
    journal.awaitDurable(journal.end() - 1);
  }

  /**
   * A fork that has just been found. What is included by now was decided while the hub heard only
   * this copy, so it is this copy's. The journal must tell of it: once the apply log is lost with
   * the machine, nothing else does.
   */
  private ForkedIncarnation found(long incarnation) {
    var forked = withLast(ForkedIncarnation.newBuilder().setIncarnation(incarnation));
    for (int i = 0; i < core.reissues().partitions(); i++) {
      long included = core.state().partition(i).included(incarnation);
      if (included > 0) {
        forked.addEqual(ForkedIncarnation.Equal.newBuilder().setPartition(i).setSequence(included));
      }
    }
    return forked.build();
  }

  private ForkedIncarnation.Builder withLast(ForkedIncarnation.Builder forked) {
    long last = core.state().retained.getOrDefault(forked.getIncarnation(), 0L);
    return forked.setLastSequence(last);
  }

  private void begin(Draw draw, List<ForkedIncarnation> forked) {
    long drawn = journal.begin(clock.millis(), draw.random(), draw.bootId(), forked);
    forked.forEach(core.reissues()::note);
    core.begin(drawn, forked);
  }

  private void reissue() {
    var reissues = core.reissues();
    try {
      for (var original : reissues.toReissue()) {
        var again = reissues.reissue(original);
        var appended = journal.append(again);
        reissues.reissued(
            original, new PendingMutation(again, appended.position(), appended.bytes()));
        waits.moved(original.mutation().id(), again.id());
      }
      core.state().forks.trim(core.state().pending::holds);
    } finally {
      reissues.all();
    }
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }
}
