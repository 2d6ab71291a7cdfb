package dev.tideline.edge.replica;

import dev.tideline.model.Context;
import dev.tideline.model.LostHistory;
import dev.tideline.model.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What an edge knows of one partition. Guarded by the replica's lock; cursor and guard alone are
 * read without it.
 */
final class PartitionReplica {

  /** What Hello carries at most: enough to find where histories parted. */
  static final int TERMS_MAX = 32;

  /** A hub is not set back often, and contexts do not live for long. */
  private static final int LOST_MAX = 16;

  /** Never goes back while the process lives: everything up to it is in the base. */
  private volatile Position cursor = Position.START;

  /** Terms followed with their first revisions here, ascending; the last one is the cursor's. */
  private final Deque<Position> terms = new ArrayDeque<>();

  /** By incarnation: every own mutation here up to the sequence is decided at or before cursor. */
  private final Map<Long, Long> included = new HashMap<>();

  /**
   * No base here is of a later revision. At the cursor, but for what a snapshot brought that is
   * ahead of it, and for a checkpoint's entries, of which only their log's end is known.
   */
  private long heldUpTo;

  /** Followed once, and none any more; the newest. */
  private final Deque<LostHistory> lost = new ArrayDeque<>();

  private final ReadGuard guard = new ReadGuard();

  /** In the order of the journal. */
  private final Deque<PendingMutation> pending = new ArrayDeque<>();

  private final PendingContexts contexts = new PendingContexts();

  /** Of the live incarnation; 0 before its first mutation here. */
  private long lastSequence;

  Position cursor() {
    return cursor;
  }

  /** Tells readers whether what they read belongs together. */
  ReadGuard guard() {
    return guard;
  }

  List<Position> terms() {
    return List.copyOf(terms);
  }

  Map<Long, Long> included() {
    return included;
  }

  long included(long incarnation) {
    return included.getOrDefault(incarnation, 0L);
  }

  long lastSequence() {
    return lastSequence;
  }

  Deque<PendingMutation> pending() {
    return pending;
  }

  /** The smaller of the cursor and the lowest R of what is pending. */
  long hold() {
    return Math.min(cursor.revision(), contexts.lowest().orElse(Long.MAX_VALUE));
  }

  /**
   * The latest that something pending saw of terms that are not known to be followed: they were,
   * before the apply log was lost with the machine, or the hub was set back.
   */
  List<Position> sawBesides() {
    return contexts.latestBesides(terms());
  }

  /** What comes is of a term, from a revision on: contexts of lost ones must be known as such. */
  void enter(long term, long fromRevision) {
    if (terms.isEmpty() || terms.getLast().term() != term) {
      terms.addLast(new Position(term, fromRevision));
      if (terms.size() > TERMS_MAX) {
        terms.removeFirst();
      }
    }
  }

  void advance(long term, long fromRevision, long toRevision) {
    enter(term, fromRevision);
    cursor = new Position(term, toRevision);
    holdUpTo(toRevision);
  }

  /** Whether a change is later than whatever is held of its key, without a look at the table. */
  boolean isLatest(long revision) {
    return revision > heldUpTo;
  }

  /** A base of this revision has been put in place. */
  void holdUpTo(long revision) {
    heldUpTo = Math.max(heldUpTo, revision);
  }

  /** Goes on from elsewhere: what is in the base there has been put in place. */
  void follow(PartitionReplica other) {
    follow(other.cursor, List.copyOf(other.terms));
    heldUpTo = other.heldUpTo;
  }

  /** Goes on from elsewhere, with nothing in the base. */
  void follow(Position at, List<Position> followed) {
    followTerms(followed);
    cursor = at;
  }

  /** What is followed, ahead of the cursor. */
  void followTerms(List<Position> followed) {
    terms.clear();
    terms.addAll(followed);
  }

  /**
   * Whether a position lies in the history that ends at a head, as far as its terms are remembered.
   *
   * @param head the cursor, or where the hub stands
   */
  boolean stands(Position seen, Position head) {
    if (seen.revision() == 0 || seen.term() == head.term()) {
      return seen.revision() <= head.revision();
    }
    boolean latest = seen.term() == cursor.term() && seen.revision() <= cursor.revision();
    return latest || seen.revision() < endOf(seen.term()).orElse(0);
  }

  /**
   * Whether it is known where a term ended. Before the oldest that is remembered others may have
   * taken its place, and what somebody has seen of it may be lost.
   */
  boolean remembers(long term) {
    return terms.size() < TERMS_MAX || Long.compareUnsigned(term, terms.getFirst().term()) >= 0;
  }

  /**
   * The revision at which what is followed went on from a term to a later one: what somebody has
   * seen of the term from there on is lost.
   */
  private OptionalLong endOf(long term) {
    for (var followed : terms) {
      if (Long.compareUnsigned(followed.term(), term) > 0) {
        return OptionalLong.of(followed.revision());
      }
    }
    return OptionalLong.empty();
  }

  /**
   * What is followed behind the fork is no history any more: the hub was set back. What of it was
   * decided again is told with what takes its place.
   */
  void lose(Position fork) {
    included.clear();
    lost.addLast(LostHistory.behind(fork, terms(), cursor));
    if (lost.size() > LOST_MAX) {
      lost.removeFirst();
    }
  }

  List<LostHistory> lost() {
    return List.copyOf(lost);
  }

  /**
   * What is left of a context in the history that stands. The hub may know better what it saw; for
   * a prediction it is enough that nothing counts as seen that was not.
   */
  Context standing(Context context) {
    var seen = context.seen();
    if (!lost.isEmpty()) {
      for (var history : lost) {
        if (history.contains(seen)) {
          return new Context(history.fork(), context.own());
        }
      }
    }
    // Not the cursor's term: that of what is being applied may be a later one.
    long end = endOf(seen.term()).orElse(Long.MAX_VALUE);
    return seen.revision() < end
        ? context
        : new Context(new Position(seen.term(), end - 1), context.own());
  }

  /** Takes what a checkpoint holds. */
  void restore(
      Position at,
      List<Position> followed,
      Map<Long, Long> sequences,
      List<LostHistory> lostHistories) {
    lost.addAll(lostHistories);
    terms.addAll(followed);
    included.putAll(sequences);
    cursor = at;
    heldUpTo = Long.MAX_VALUE;
  }

  /** The cursor is past whatever a checkpoint held: what comes is later than what is held. */
  void pastRestored() {
    heldUpTo = cursor.revision();
  }

  /** The incarnation is over and nothing of it is held any more. */
  void forget(long incarnation) {
    included.remove(incarnation);
  }

  void madeLive(long sequence) {
    lastSequence = sequence;
  }

  void addPending(PendingMutation mutation) {
    pending.addLast(mutation);
    contexts.add(seen(mutation));
  }

  /** Takes out one that is issued again. */
  void remove(PendingMutation mutation) {
    pending.remove(mutation);
    contexts.remove(seen(mutation));
  }

  /** Takes out what is included up to a sequence. */
  List<PendingMutation> include(long incarnation, long sequence) {
    included.merge(incarnation, sequence, Math::max);
    var gone = new ArrayList<PendingMutation>();
    for (Iterator<PendingMutation> each = pending.iterator(); each.hasNext(); ) {
      var next = each.next();
      if (next.mutation().id().incarnation() != incarnation) {
        continue;
      }
      if (next.mutation().id().sequence() > sequence) {
        break;
      }
      each.remove();
      contexts.remove(seen(next));
      gone.add(next);
    }
    return gone;
  }

  private static Position seen(PendingMutation pending) {
    return pending.mutation().context().seen();
  }
}
