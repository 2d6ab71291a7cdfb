package dev.tideline.runtime;

import dev.tideline.runtime.telemetry.Histogram;
import dev.tideline.runtime.telemetry.Metrics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a node that takes its checkpoints: looks whether one is due, has it written, counts
 * what became of it, and tries again after a while if that was nothing.
 */
public final class CheckpointThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointThread.class);

  /** How often it is looked whether a checkpoint is due. */
  private static final long LOOK_MS = 1_000;

  private static final long CLOSE_TIMEOUT_S = 10;

  /** Whoever stops a node seldom waits for longer than 10 s before he kills it. */
  private static final long LAST_TIMEOUT_S = 5;

  private final Supplier<OptionalLong> logBytes;
  private final Supplier<Optional<Written>> write;
  private final CheckpointPace pace;
  private final Counts counts;
  private final LongSupplier monotonicNs;
  private final ScheduledExecutorService thread;
  private volatile long startedFrom;
  private boolean started;
  private boolean last;
  private long giveUpAtNs;

  /**
   * A checkpoint that counts.
   *
   * @param position of the log that it starts at
   */
  public record Written(long position, long bytes) {}

  private record Counts(LongAdder written, LongAdder givenUp, LongAdder failed, Histogram took) {
    static Counts of(Metrics metrics, String node) {
      var name = "tideline_%s_checkpoints_total".formatted(node);
      var help = "Checkpoints begun by this process, by what became of them.";
      return new Counts(
          metrics.counter(name, help, "result", "written"),
          metrics.counter(name, help, "result", "given_up"),
          metrics.counter(name, help, "result", "failed"),
          metrics.seconds(
              "tideline_%s_checkpoint_seconds".formatted(node), "What each written one took."));
    }
  }

  /**
   * A thread that has yet to start.
   *
   * @param node {@code edge} or {@code hub}, in the names of metrics
   * @param logBytesMin after which a checkpoint is due; with a large table, half the size of the
   *     last checkpoint if that is more
   * @param logBytes bytes of the log since the last one began; empty while none may begin
   * @param write writes one and gives back what the log no longer needs; empty if it was given up
   */
  public CheckpointThread(
      String node,
      long logBytesMin,
      Supplier<OptionalLong> logBytes,
      Supplier<Optional<Written>> write,
      Metrics metrics,
      Machine machine) {
    monotonicNs = machine.monotonicNs();
    thread = machine.threads().apply("checkpoint");
    this.logBytes = logBytes;
    this.write = write;
    pace = new CheckpointPace(logBytesMin);
    counts = Counts.of(metrics, node);
    metrics.gauge(
        "tideline_%s_start_checkpoint_record".formatted(node),
        "Where the checkpoint that this process started from lies in the log; 0 without one.",
        () -> startedFrom);
  }

  /** Notes the position of the checkpoint that the process started from. */
  public void startedFrom(long position) {
    startedFrom = position;
  }

  /** Begins to look. */
  public synchronized void start() {
    started = true;
    var _ = thread.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      if (isDue()) {
        run();
      }
    } catch (RuntimeException e) {
      LOG.warn("a checkpoint failed; the log is kept, and it is tried again", e);
    }
  }

  private synchronized boolean isDue() {
    var bytes = logBytes.get();
    return bytes.isPresent() && pace.due(bytes.getAsLong(), nowMs());
  }

  /**
   * Takes one on the calling thread, due or not.
   *
   * @return false if it was given up
   */
  public synchronized boolean run() {
    long startedNs = monotonicNs.getAsLong();
    Optional<Written> written;
    try {
      written = write.get();
    } catch (RuntimeException e) {
      counts.failed().increment();
      pace.failed(nowMs());
      throw e;
    }
    if (written.isEmpty()) {
      counts.givenUp().increment();
      pace.failed(nowMs());
      return false;
    }
    long tookNs = monotonicNs.getAsLong() - startedNs;
    counts.written().increment();
    counts.took().record(tookNs);
    pace.written(written.get().bytes());
    LOG.info(
        "checkpoint at position {} of the log: {} bytes in {} ms",
        written.get().position(),
        written.get().bytes(),
        TimeUnit.NANOSECONDS.toMillis(tookNs));
    return true;
  }

  /**
   * Takes a last one before an orderly end, on the calling thread, once nothing is written any
   * more: the next start then reads no log. What would take too long is given up; that start reads
   * the log as after a kill.
   */
  public void last() {
    close();
    synchronized (this) {
      var bytes = logBytes.get();
      if (!started || bytes.isEmpty() || bytes.getAsLong() == 0) {
        return;
      }
      last = true;
      giveUpAtNs = monotonicNs.getAsLong() + TimeUnit.SECONDS.toNanos(LAST_TIMEOUT_S);
      try {
        if (!run()) {
          LOG.info("the last checkpoint is given up; the next start reads the log");
        }
      } catch (RuntimeException e) {
        LOG.warn("the last checkpoint failed; the next start reads the log", e);
      }
    }
  }

  /** Whether the one under way is to be given up; asked by whoever writes it, for every entry. */
  public boolean outOfTime() {
    return last && monotonicNs.getAsLong() - giveUpAtNs > 0;
  }

  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(monotonicNs.getAsLong());
  }

  /** Does something short while no checkpoint is being taken. */
  public synchronized <T> T between(Supplier<T> action) {
    return action.get();
  }

  /** Waits for a checkpoint under way; afterwards none is begun. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_TIMEOUT_S, TimeUnit.SECONDS)) {
        LOG.warn("a checkpoint did not end within {} s", CLOSE_TIMEOUT_S);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
