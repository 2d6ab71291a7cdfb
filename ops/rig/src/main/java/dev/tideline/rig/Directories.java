package dev.tideline.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Whole directories, as a backup program or an operator handles them. */
public final class Directories {

  private Directories() {}

  /**
   * Copies a directory with everything in it, also while a node writes there.
   *
   * @param to must not exist; what is above it is made
   */
  public static void copy(Path from, Path to) throws IOException {
    var above = to.toAbsolutePath().getParent();
    if (above != null) {
      Files.createDirectories(above);
    }
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  /** Deletes a directory with everything in it; nothing happens if it is not there. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
