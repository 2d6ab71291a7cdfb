package dev.tideline.drills.sim;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import java.util.stream.LongStream;
import org.slf4j.LoggerFactory;

/** A process that says what it simulated, by hash. */
final class TraceHashes {

  private static final int SEEDS = 20;
  private static final int STEPS = 2_000;

  private TraceHashes() {}

  static List<String> ofTwentySeeds() {
    return LongStream.rangeClosed(1, SEEDS)
        .mapToObj(seed -> Simulation.run(SimOptions.of(seed).withSteps(STEPS), 0))
        .map(result -> "%d %016x".formatted(result.events(), result.traceHash()))
        .toList();
  }

  /** Prints one line for each seed. */
  public static void main(String[] args) {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.OFF);
    ofTwentySeeds().forEach(System.out::println);
  }
}
