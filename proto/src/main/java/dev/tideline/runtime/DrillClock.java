package dev.tideline.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A wall clock that a drill sets ahead and back, by as many milliseconds as stand in a file. It is
 * in force only where the system property {@value #PROPERTY} names that file: never in production,
 * where nobody sets it. For any number of threads.
 */
final class DrillClock extends Clock {

  /** Names the file; it may be missing, which is 0. */
  static final String PROPERTY = "tideline.drill.clock";

  /** The file is looked at as seldom as a jump would be noticed anyway. */
  private static final long LOOK_EACH_NS = 20_000_000;

  private final Clock real;
  private final Path file;
  private volatile long offsetMs;
  private volatile long lookedNs;

  DrillClock(Clock real, Path file) {
    this.real = real;
    this.file = file;
    look();
  }

  @Override
  public long millis() {
    if (System.nanoTime() - lookedNs > LOOK_EACH_NS) {
      look();
    }
    return real.millis() + offsetMs;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public ZoneId getZone() {
    return real.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new DrillClock(real.withZone(zone), file);
  }

  private void look() {
    lookedNs = System.nanoTime();
    try {
      var text = Files.exists(file) ? Files.readString(file).strip() : "";
      offsetMs = text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (IOException | NumberFormatException e) {
      // It is being written: the next look tells.
    }
  }
}
