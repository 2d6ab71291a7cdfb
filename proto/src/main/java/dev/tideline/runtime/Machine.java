package dev.tideline.runtime;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What a node asks of the machine that it runs on, beside disk and network: time, chance, and
 * threads of its own. Nothing else in a node is of no one's making, so a simulation that gives all
 * of it decides the whole run.
 *
 * @param clock the wall's, which may jump
 * @param monotonicNs nanoseconds since some moment; never goes back
 * @param random safe for threads
 * @param threads a single thread of that name, which takes tasks at once or later; what it is given
 *     after its shutdown it drops
 * @param bootId changes when the machine was lost; empty if it is not known
 */
public record Machine(
    Clock clock,
    LongSupplier monotonicNs,
    RandomGenerator random,
    Function<String, ScheduledExecutorService> threads,
    String bootId) {

  /** The one that this process runs on. */
  public static Machine real() {
    return new Machine(
        clockOfThisProcess(),
        System::nanoTime,
        new SecureRandom(),
        Machine::daemonThread,
        BootId.read());
  }

  /** The real one, unless a drill says by how much it is to be wrong; see {@link DrillClock}. */
  private static Clock clockOfThisProcess() {
    var file = System.getProperty(DrillClock.PROPERTY);
    return file == null ? Clock.systemUTC() : new DrillClock(Clock.systemUTC(), Path.of(file));
  }

  private static ScheduledExecutorService daemonThread(String name) {
    var thread =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().daemon().name(name).factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    thread.setRemoveOnCancelPolicy(true);
    return thread;
  }
}
