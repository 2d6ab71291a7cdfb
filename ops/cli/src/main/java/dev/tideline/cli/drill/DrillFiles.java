package dev.tideline.cli.drill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files that a drill writes: looked at before it runs for minutes. */
final class DrillFiles {

  private DrillFiles() {}

  /** Why there is nowhere to put the data of a run; empty if there is. */
  static Optional<String> noTemporaryDirectory() {
    var directory = Path.of(System.getProperty("java.io.tmpdir"));
    return Files.isDirectory(directory) && Files.isWritable(directory)
        ? Optional.empty()
        : Optional.of(
            "there is no disk to use: %s is no directory that can be written to"
                .formatted(directory));
  }

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
