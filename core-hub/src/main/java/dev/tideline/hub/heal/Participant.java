package dev.tideline.hub.heal;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** One edge in a round. */
final class Participant {

  /** What it has sent, with the place of each, which never go down. */
  private record Placed(Retained retained, Rank rank) {}

  private final ArrayDeque<Placed> retained = new ArrayDeque<>();
  private final ArrayDeque<Integer> batches = new ArrayDeque<>();
  private List<Claim> claims = List.of();
  private Optional<Rank> lastRank = Optional.empty();
  private boolean present;
  private boolean last;
  private long waitedForSinceMs;

  /** It has come, for the first time or again: what it sent before comes anew. */
  void come(List<Claim> brought, long nowMs) {
    leave();
    claims = brought;
    present = true;
    waitedForSinceMs = nowMs;
  }

  void leave() {
    retained.clear();
    batches.clear();
    present = false;
    last = false;
    lastRank = Optional.empty();
  }

  void add(List<Retained> batch, boolean wasLast, long nowMs) {
    if (!batch.isEmpty()) {
      batch.forEach(this::place);
      batches.add(batch.size());
    }
    last |= wasLast;
    waitedForSinceMs = nowMs;
  }

  private void place(Retained mutation) {
    var rank = mutation.rank(lastRank);
    retained.addLast(new Placed(mutation, rank));
    lastRank = Optional.of(rank);
  }

  List<Claim> claims() {
    return claims;
  }

  /** Whether it is here to bring what it retains, if anything. */
  boolean present() {
    return present;
  }

  /** Whether everything that it retains was decided. */
  boolean done() {
    return present && last && retained.isEmpty();
  }

  /** Whether nothing can be decided before it says more. */
  boolean awaited() {
    return present && !last && retained.isEmpty();
  }

  boolean silentSince(long ms) {
    return awaited() && waitedForSinceMs < ms;
  }

  /** The next to be decided; there must be one. */
  Retained head() {
    return retained.getFirst().retained();
  }

  /** The place of the head; there must be one. */
  Rank rank() {
    return retained.getFirst().rank();
  }

  boolean hasHead() {
    return !retained.isEmpty();
  }

  /** Takes the head out; true if a batch ended with it. */
  boolean take(long nowMs) {
    retained.removeFirst();
    waitedForSinceMs = nowMs;
    int left = batches.removeFirst() - 1;
    if (left > 0) {
      batches.addFirst(left);
    }
    return left == 0;
  }
}
