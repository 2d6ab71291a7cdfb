package dev.tideline.drills.sim.world;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A thread of a process: its tasks are events of the world. As with a real one, a task that throws
 * is over, and nobody hears of it but the trace.
 */
public final class SimThread extends AbstractExecutorService implements ScheduledExecutorService {

  private final World world;
  private final Life life;
  private final String name;
  private boolean shutdown;

  public SimThread(World world, Life life, String name) {
    this.world = world;
    this.life = life;
    this.name = name;
  }

  @Override
  public void execute(Runnable task) {
    var _ = later(task, 0);
  }

  private Task later(Runnable task, long delayUs) {
    return new Task(world.at(delayUs, life, "runs " + name, () -> run(task)));
  }

  private void run(Runnable task) {
    if (shutdown) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      world.tell(life.node(), "task of " + name + " failed: " + e);
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return later(task, unit.toMicros(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long first, long delay, TimeUnit unit) {
    return later(
        () -> {
          task.run();
          var _ = scheduleWithFixedDelay(task, delay, delay, unit);
        },
        unit.toMicros(first));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long first, long period, TimeUnit unit) {
    return scheduleWithFixedDelay(task, first, period, unit);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException("nobody waits in a simulation");
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }

  /** What is known of a task: that it can be called off. */
  private record Task(World.Event event) implements ScheduledFuture<Object> {

    @Override
    public boolean cancel(boolean mayInterrupt) {
      event.callOff();
      return true;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean isDone() {
      return false;
    }

    @Override
    public Object get() {
      throw new UnsupportedOperationException("nobody waits in a simulation");
    }

    @Override
    public Object get(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException("nobody waits in a simulation");
    }
  }
}
