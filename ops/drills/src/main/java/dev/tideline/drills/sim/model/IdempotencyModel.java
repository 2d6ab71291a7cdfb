package dev.tideline.drills.sim.model;

import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.model.IdempotencyScope;
import dev.tideline.model.Mutation;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which idempotency keys were used first by whom. */
final class IdempotencyModel {

  private static final long RETENTION_MS = 30L * 24 * 3600 * 1000;

  private final Map<IdempotencyScope, First> firsts = new HashMap<>();

  private record First(MutationId id, List<Operation> content, long wallMs) {}

  private long nowMs;

  /**
   * What becomes of a mutation for its key alone; empty if its key does not settle that.
   *
   * @param again whether the hub knows that it had decided it in a history that is lost
   */
  Optional<Rules.Judged> judge(Mutation mutation, Decided told, long wallMs, boolean again) {
    nowMs = wallMs;
    var scope = mutation.idempotencyScope();
    if (scope.isEmpty()) {
      return Optional.empty();
    }
    var first = firsts.get(scope.get());
    boolean mayBeForgotten = first != null && first.wallMs() < wallMs - RETENTION_MS;
    boolean same = first != null && first.content().equals(content(mutation));
    boolean remembered =
        told.verdict() == Verdict.DUPLICATE || (told.verdict() == Verdict.REJECTED && !same);
    if (first == null || (mayBeForgotten && !remembered)) {
      return !again && mutation.time().millis() < wallMs - RETENTION_MS
          ? Optional.of(new Rules.Judged(Verdict.QUARANTINED, Map.of(), false))
          : Optional.empty();
    }
    var verdict = same ? Verdict.DUPLICATE : Verdict.REJECTED;
    return Optional.of(new Rules.Judged(verdict, Map.of(), true));
  }

  /** Takes what was decided; how to take it back. */
  Optional<Runnable> note(Mutation mutation, Decided told) {
    var scope = mutation.idempotencyScope();
    boolean kept = told.verdict() != Verdict.DUPLICATE && told.verdict() != Verdict.QUARANTINED;
    if (scope.isEmpty() || !kept) {
      return Optional.empty();
    }
    var before = firsts.get(scope.get());
    if (before != null && told.verdict() == Verdict.REJECTED) {
      return Optional.empty();
    }
    firsts.put(scope.get(), new First(mutation.id(), content(mutation), nowMs));
    return Optional.of(
        () -> {
          if (before == null) {
            firsts.remove(scope.get());
          } else {
            firsts.put(scope.get(), before);
          }
        });
  }

  private static List<Operation> content(Mutation mutation) {
    return mutation.operations().stream().map(one -> one.havingSeen(0)).toList();
  }
}
