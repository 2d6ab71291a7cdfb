package dev.tideline.drills.crash;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to do.
 *
 * @param images how many disks of nodes are opened at least, each damaged in its own way
 * @param json where the result goes, too
 */
public record CrashOptions(long seed, int images, Optional<Path> json) {

  /** A night's worth. */
  public static final int IMAGES_MAX = 100_000;

  public CrashOptions {
    if (images < 1 || images > IMAGES_MAX) {
      throw new IllegalArgumentException("images %d: 1 to %,d".formatted(images, IMAGES_MAX));
    }
  }
}
