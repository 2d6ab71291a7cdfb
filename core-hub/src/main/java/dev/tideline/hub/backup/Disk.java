package dev.tideline.hub.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.UUID;

/** Directories that appear whole or not at all. */
final class Disk {

  private Disk() {}

  /** Makes what stands in a directory. */
  interface Maker<T> {
    T make(Path directory) throws IOException;
  }

  /**
   * Has a directory made beside its place, and moves it there once all of it is durable. What is
   * left beside it by a process that was killed has a name that nobody takes for the place's.
   *
   * @param place does not exist, or is an empty directory
   */
  static <T> T makeAside(Path place, Maker<T> maker) throws IOException {
    var whole = place.toAbsolutePath().normalize();
    var parent = whole.getParent();
    if (parent == null) {
      throw new BackupException("%s cannot be made".formatted(place));
    }
    requireVacant(whole);
    Files.createDirectories(parent);
    var aside = parent.resolve(whole.getFileName() + ".part-" + UUID.randomUUID());
    Files.createDirectory(aside);
    try {
      var made = maker.make(aside);
      force(aside);
      requireVacant(whole);
      Files.move(aside, whole, StandardCopyOption.ATOMIC_MOVE);
      force(parent);
      return made;
    } catch (IOException | RuntimeException e) {
      removeTree(aside);
      throw e;
    }
  }

  /** Refuses to touch what is there. */
  static void requireVacant(Path place) throws IOException {
    if (Files.isDirectory(place)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(place)) {
        if (entries.iterator().hasNext()) {
          throw new BackupException(
              "%s is not empty: nothing is overwritten, name another place".formatted(place));
        }
      }
    } else if (Files.exists(place)) {
      throw new BackupException("%s is there, and is no directory".formatted(place));
    }
  }

  /** Makes what was written to a file durable. */
  static void forceFile(Path file) throws IOException {
    try (var opened = FileChannel.open(file, StandardOpenOption.WRITE)) {
      opened.force(true);
    }
  }

  /** Makes the names in a directory durable. */
  static void force(Path directory) throws IOException {
    try (var opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }

  private static void removeTree(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (var entries = Files.walk(directory)) {
      for (var entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }
}
