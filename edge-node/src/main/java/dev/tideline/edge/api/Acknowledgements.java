package dev.tideline.edge.api;

import dev.tideline.edge.replica.OwnVerdict;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.replica.WriteOutcome.Journalled;
import dev.tideline.model.Durability;
import dev.tideline.model.VersionToken;
import dev.tideline.runtime.Deadlines;
import dev.tideline.runtime.Machine;
import dev.tideline.store.LogFailedException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Answers to journalled writes, once what they promise holds: on the calling thread, or later on
 * whichever thread brings it.
 */
final class Acknowledgements {

  private final ReplicaDriver replica;
  private final TrafficCounts counts;
  private final Deadlines deadlines;
  private final LongSupplier monotonicNs;

  Acknowledgements(
      ReplicaDriver replica, TrafficCounts counts, Machine machine, Deadlines deadlines) {
    this.replica = replica;
    this.deadlines = deadlines;
    monotonicNs = machine.monotonicNs();
    this.counts = counts;
  }

  /**
   * One write that waits.
   *
   * @param asked what to wait for
   */
  record Waiting(WriteRequest request, Durability asked, Journalled journalled) {}

  WriteResult await(Waiting write) {
    if (write.asked() == Durability.MEMORY) {
      return reached(Durability.MEMORY, write, Optional.empty());
    }
    long waitingNs = monotonicNs.getAsLong();
    try {
      replica.awaitDurable(write.journalled().position());
      counts.durableAfter(monotonicNs.getAsLong() - waitingNs);
    } catch (LogFailedException e) {
      return new WriteResult.Uncertain(write.journalled().receipt());
    }
    return write.asked() == Durability.DISK
        ? reached(Durability.DISK, write, Optional.empty())
        : decided(write, awaitVerdict(write, waitingNs));
  }

  private Optional<OwnVerdict> awaitVerdict(Waiting write, long sinceNs) {
    long leftNs = write.request().hubTimeout().toNanos() - (monotonicNs.getAsLong() - sinceNs);
    try {
      return Optional.of(
          replica
              .verdict(write.journalled().receipt())
              .get(Math.max(0, leftNs), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a verdict is never completed with a failure", e);
    }
  }

  /** Never completes if the sync fails: the edge ends then, and the client hears that. */
  CompletableFuture<WriteResult> later(Waiting write) {
    if (write.asked() == Durability.MEMORY) {
      return CompletableFuture.completedFuture(reached(Durability.MEMORY, write, Optional.empty()));
    }
    var result = new CompletableFuture<WriteResult>();
    long waitingNs = monotonicNs.getAsLong();
    try {
      replica.whenDurable(
          write.journalled().position(),
          () -> {
            counts.durableAfter(monotonicNs.getAsLong() - waitingNs);
            durable(write, waitingNs, result);
          });
    } catch (LogFailedException e) {
      result.complete(new WriteResult.Uncertain(write.journalled().receipt()));
    }
    return result;
  }

  private void durable(Waiting write, long sinceNs, CompletableFuture<WriteResult> result) {
    if (write.asked() == Durability.DISK) {
      result.complete(reached(Durability.DISK, write, Optional.empty()));
      return;
    }
    long leftNs = write.request().hubTimeout().toNanos() - (monotonicNs.getAsLong() - sinceNs);
    // The wait is shared with whoever else waits for this verdict: it must not end with this one.
    var verdict = replica.verdict(write.journalled().receipt()).thenApply(Optional::of);
    var _ =
        deadlines
            .within(Math.max(0, leftNs), TimeUnit.NANOSECONDS, verdict)
            .exceptionally(tooLate -> Optional.empty())
            .thenAccept(known -> result.complete(decided(write, known)));
  }

  private WriteResult decided(Waiting write, Optional<OwnVerdict> verdict) {
    return reached(verdict.isPresent() ? Durability.HUB : Durability.DISK, write, verdict);
  }

  private WriteResult reached(Durability level, Waiting write, Optional<OwnVerdict> verdict) {
    // What was decided may have made more of the keys than was foreseen here.
    var known =
        level == Durability.HUB ? Optional.<VersionToken>empty() : write.journalled().token();
    return new WriteResult.Acknowledged(
        write.journalled().receipt(),
        level,
        write.asked(),
        verdict,
        known.orElseGet(() -> token(write.request())));
  }

  /** What a reader has seen of the keys; of several, as late as the latest of them. */
  private VersionToken token(WriteRequest request) {
    var first = replica.reads().read(request.operations().getFirst().target()).token();
    var time = first.time();
    for (var operation : request.operations().subList(1, request.operations().size())) {
      var other = replica.reads().read(operation.target()).token().time();
      time = other.compareTo(time) > 0 ? other : time;
    }
    return new VersionToken(first.partition(), first.context(), time);
  }
}
