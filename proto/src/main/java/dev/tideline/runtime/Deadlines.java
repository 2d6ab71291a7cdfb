package dev.tideline.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ends waits that last too long, by the time of whoever runs them; those of {@link
 * CompletableFuture} itself always go by the real one. Safe from any thread.
 */
public final class Deadlines {

  private final ScheduledExecutorService timer;

  /** On a thread that its owner shuts down; waits that begin later have no end of their own. */
  public Deadlines(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Fails a wait with a {@link TimeoutException} that is not over within a time.
   *
   * @param wait whose dependents then run on the timer's thread
   * @return the same
   */
  public <T> CompletableFuture<T> within(long time, TimeUnit unit, CompletableFuture<T> wait) {
    if (!wait.isDone()) {
      var end =
          timer.schedule(
              () -> {
                wait.completeExceptionally(new TimeoutException());
              },
              time,
              unit);
      var _ = wait.whenComplete((result, failure) -> end.cancel(false));
    }
    return wait;
  }
}
