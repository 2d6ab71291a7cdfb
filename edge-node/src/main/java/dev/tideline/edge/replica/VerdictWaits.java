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
    if (known.apply(receipt) instanceof ReceiptState.Decided decided) {
      waiting.remove(receipt.id());
      future.complete(decided.verdict());
    }
    return future;
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
