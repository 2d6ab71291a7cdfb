package dev.tideline.cli.drill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files that a drill writes: looked at before it runs for minutes. */
final class DrillFiles {

  private DrillFiles() {}

  /** Why an option's file cannot be written; empty if it can, or none is given. */
  static Optional<String> problem(String option, @Nullable Path file) {
    if (file == null) {
      return Optional.empty();
    }
    var directory = file.toAbsolutePath().getParent();
    boolean writable =
        !Files.isDirectory(file)
            && directory != null
            && Files.isWritable(Files.exists(file) ? file : directory);
    return writable
        ? Optional.empty()
        : Optional.of("%s %s cannot be written".formatted(option, file));
  }
}
