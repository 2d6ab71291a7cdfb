package dev.tideline.edge.replica;

import dev.tideline.model.MutationId;
import dev.tideline.model.Receipt;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Who waits for the verdict of an own write; told outside the replica's lock. One that gave up
 * stays until the verdict comes, for there may be others; there are at most as many as may be
 * undecided. Safe from any thread.
 */
final class VerdictWaits {

  private final Map<MutationId, CompletableFuture<OwnVerdict>> waiting = new ConcurrentHashMap<>();

  /**
   * Completes with the verdict of a write.
   *
   * @param known what is known of a receipt; asked after the wait is noted, so that a verdict that
   *     comes in between is not missed
   */
  CompletableFuture<OwnVerdict> await(Receipt receipt, Function<Receipt, ReceiptState> known) {
    var future = waiting.computeIfAbsent(receipt.id(), id -> new CompletableFuture<>());
    tell(receipt.id(), known.apply(receipt));
    return future;
  }

  /** A write was issued again: who waits for it waits for that. */
  void moved(MutationId original, MutationId as) {
    var future = waiting.remove(original);
    if (future != null) {
      var _ =
          waiting.computeIfAbsent(as, id -> new CompletableFuture<>()).thenAccept(future::complete);
    }
  }

  void tell(Map<MutationId, ReceiptState> states) {
    states.forEach(this::tell);
  }

  /** Who waits for a verdict that nobody knows any more waits for as long as he will. */
  private void tell(MutationId id, ReceiptState state) {
    if (state instanceof ReceiptState.Decided decided) {
      tell(List.of(decided.verdict()));
    } else if (state instanceof ReceiptState.Forgotten) {
      waiting.remove(id);
    }
  }

  /** Nobody will ever know a verdict of these. */
  void forget(List<MutationId> unknown) {
    unknown.forEach(waiting::remove);
  }

  void tell(List<OwnVerdict> verdicts) {
    for (var verdict : verdicts) {
      var future = waiting.remove(verdict.id());
      if (future != null) {
        future.complete(verdict);
      }
    }
  }
}
