package dev.tideline.hub.heal;

import java.util.ArrayDeque;
import java.util.List;

/** One edge in a round. */
final class Participant {

  private final ArrayDeque<Retained> retained = new ArrayDeque<>();
  private final ArrayDeque<Integer> batches = new ArrayDeque<>();
  private List<Claim> claims = List.of();
  private boolean present;
  private boolean reported;
  private boolean last;
  private long waitedForSinceMs;

  /** It has come, for the first time or again: what it sent before comes anew. */
  void come(List<Claim> brought, long nowMs) {
    leave();
    claims = brought;
    present = true;
    waitedForSinceMs = nowMs;
  }

  /** It has nothing to bring. */
  void report() {
    leave();
    claims = List.of();
    reported = true;
  }

  void leave() {
    retained.clear();
    batches.clear();
    present = false;
    last = false;
    reported = false;
  }

  void add(List<Retained> batch, boolean wasLast, long nowMs) {
    if (!batch.isEmpty()) {
      retained.addAll(batch);
      batches.add(batch.size());
    }
    last |= wasLast;
    waitedForSinceMs = nowMs;
  }

  List<Claim> claims() {
    return claims;
  }

  boolean present() {
    return present;
  }

  /** Whether it is known what it has to bring, if anything. */
  boolean known() {
    return present || reported;
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
    return retained.getFirst();
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
