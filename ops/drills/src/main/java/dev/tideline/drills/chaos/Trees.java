package dev.tideline.drills.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;

/** Whole directories. A directory itself stays: it may be where a disk is mounted. */
final class Trees {

  private Trees() {}

  /** Removes everything in a directory. */
  static void empty(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Copies everything in a directory, of which nobody may write to any file. */
  static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (NoSuchFileException e) {
      throw new IOException("somebody still writes to " + from, e);
    }
  }

  /** Puts a copy in the place of what is in a directory. */
  static void replace(Path directory, Path copy) throws IOException {
    empty(directory);
    copy(copy, directory);
  }
}
