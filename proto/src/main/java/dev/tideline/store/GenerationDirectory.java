package dev.tideline.store;

import dev.tideline.store.LogEnvironment.SyncedFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Where one generation lies: {@code <log>/g0000000012/}, a Chronicle Queue of one file. The number
 * only orders generations and may skip; see {@link GenerationHeader#previous}.
 */
record GenerationDirectory(Path log, long number) {

  /** The queue's clock never moves, so there is one cycle, and its file has this name. */
  static final String DATA_FILE = "19700102F.cq4";

  /** Locks and a directory listing of Chronicle's; nothing that could not be made again. */
  static final String METADATA_FILE = "metadata.cq4t";

  private static final String NAME = "g\\d{10}";
  private static final String REMOVED = "g\\d{10}\\.removed";

  Path path() {
    return log.resolve("g%010d".formatted(number));
  }

  Path dataFile() {
    return path().resolve(DATA_FILE);
  }

  /** All generations of a log, ascending. */
  static List<GenerationDirectory> list(Path log) throws IOException {
    try (var entries = Files.list(log)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.matches(NAME))
          .sorted()
          .map(name -> new GenerationDirectory(log, Long.parseLong(name.substring(1))))
          .toList();
    }
  }

  /** Finishes removals that a crash interrupted. */
  static void removeRemains(Path log) throws IOException {
    try (var entries = Files.list(log)) {
      for (var entry : entries.toList()) {
        if (entry.getFileName().toString().matches(REMOVED)) {
          deleteTree(entry);
        }
      }
    }
  }

  /** Removes the generation with all it holds, in one step that a crash cannot halve. */
  void remove(LogEnvironment machine) throws IOException {
    var removed = log.resolve(path().getFileName() + ".removed");
    Files.move(path(), removed, StandardCopyOption.ATOMIC_MOVE);
    forceEntries(log, machine);
    deleteTree(removed);
  }

  /** Gives back the file's blocks behind {@code offset}; nobody may have it mapped. */
  void truncateBehind(long offset) throws IOException {
    try (var file = FileChannel.open(dataFile(), StandardOpenOption.WRITE)) {
      file.truncate(offset);
    }
  }

  /** Removes what an attempt to prepare this generation may have left. */
  void removeIfPresent(LogEnvironment machine) throws IOException {
    if (Files.exists(path())) {
      remove(machine);
    }
  }

  /**
   * Creates the directory of a log or of checkpoints, and all above it that are missing. Its name
   * is durable on return: what is forced below it is no use to who does not find the way there.
   */
  static void create(Path directory, LogEnvironment machine) throws IOException {
    var parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    if (!Files.isDirectory(parent)) {
      create(parent, machine);
    }
    Files.createDirectories(directory);
    forceEntries(parent, machine);
  }

  /** Makes the names in a directory durable. */
  static void forceEntries(Path directory, LogEnvironment machine) throws IOException {
    try (var file = SyncedFile.open(directory, StandardOpenOption.READ)) {
      machine.force(file);
    }
  }

  private static void deleteTree(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
