package dev.tideline.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Prepares the generation after the active one on a thread of its own, so that going on to it costs
 * an append no more than a header.
 *
 * <p>Threads: one at a time (the log's caller holds a lock).
 */
final class NextGeneration {

  private final Path log;
  private final RecordLogConfig config;
  private final LogEnvironment machine;
  private long number;
  private @Nullable FutureTask<GenerationWriter> preparing;

  /**
   * @param number of the next generation
   */
  NextGeneration(Path log, RecordLogConfig config, LogEnvironment machine, long number) {
    this.log = log;
    this.config = config;
    this.machine = machine;
    this.number = number;
  }

  /** Begins to prepare, unless that is under way. What fails is tried again by {@link #take}. */
  void prepareAhead() {
    if (preparing == null) {
      preparing = new FutureTask<>(this::prepare);
      Thread.ofPlatform().daemon().name("next generation of " + log).start(preparing);
    }
  }

  /** Whether one is prepared, or being so; its space is then taken already. */
  boolean isAhead() {
    return preparing != null;
  }

  /**
   * The next generation, ready to begin.
   *
   * @throws LogFullException if there is no room for it above the reserve
   */
  GenerationWriter take() throws IOException {
    var ahead = preparing == null ? null : await(preparing);
    preparing = null;
    var writer = ahead == null ? prepare() : ahead;
    number++;
    return writer;
  }

  /** Gives back what was prepared for nothing. */
  void close() throws IOException {
    var ahead = preparing == null ? null : await(preparing);
    preparing = null;
    if (ahead != null) {
      ahead.close();
      ahead.file().close();
      ahead.directory().remove(machine);
    }
  }

  private GenerationWriter prepare() throws IOException {
    var directory = new GenerationDirectory(log, number);
    long usable = machine.usableBytes(log);
    if (usable - config.reserveBytes() < config.generationBytes()) {
      throw new LogFullException(
          log
              + ": a generation of "
              + config.generationBytes()
              + " bytes does not fit, "
              + usable
              + " bytes are free and "
              + config.reserveBytes()
              + " of them are reserved: free space on this disk");
    }
    directory.removeIfPresent(machine);
    return GenerationWriter.prepare(directory, config.generationBytes(), machine);
  }

  private static @Nullable GenerationWriter await(FutureTask<GenerationWriter> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return null;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
