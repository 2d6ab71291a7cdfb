package dev.tideline.hub.backup;

import dev.tideline.store.ChronicleRecordLog;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.RecordLogConfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes a hub's data directory of a backup. The hub that starts from it finds out by itself, from
 * the edges, that it was set back.
 */
public final class BackupRestore {

  /** Holds the largest record, and asks for no more of a disk than that. */
  private static final RecordLogConfig LOG = new RecordLogConfig(64L << 20, 0, 0);

  private BackupRestore() {}

  /**
   * Restores.
   *
   * @param data does not exist, or is an empty directory; it is a hub's data directory afterwards,
   *     or as it was
   * @throws BackupException if the backup cannot be used, or the place is taken
   */
  public static BackupManifest run(Path backup, Path data) throws IOException {
    if (ChronicleRecordLog.isOpen(data.resolve("changelog"))) {
      throw new BackupException(
          "a hub is running on %s: stop it, and name another place".formatted(data));
    }
    Disk.requireVacant(data);
    var manifest = BackupCheck.run(backup);
    return Disk.makeAside(
        data,
        directory -> {
          copyCheckpoint(manifest, backup, directory.resolve("checkpoints"));
          copyLog(manifest, backup, directory.resolve("changelog"));
          return manifest;
        });
  }

  private static void copyCheckpoint(BackupManifest manifest, Path backup, Path checkpoints)
      throws IOException {
    var name = manifest.checkpoint();
    Files.createDirectory(checkpoints);
    if (name.isPresent()) {
      var copy = checkpoints.resolve(name.get());
      Files.copy(backup.resolve(name.get()), copy);
      Disk.forceFile(copy);
      // What was checked and what was copied are two readings of a disk.
      var _ = FileCheckpoints.open(copy);
    }
    Disk.force(checkpoints);
  }

  private static void copyLog(BackupManifest manifest, Path backup, Path changeLog)
      throws IOException {
    try (InputStream in =
            new BufferedInputStream(
                Files.newInputStream(backup.resolve(BackupManifest.LOG_NAME)), 1 << 20);
        var log =
            ChronicleRecordLog.create(
                changeLog,
                LOG,
                manifest.first(),
                failure -> {
                  throw new UncheckedIOException(
                      new IOException("the log cannot be synced", failure));
                })) {
      long last = LogCopy.read(in, manifest.first(), (position, record) -> log.append(record));
      if (last != manifest.last()) {
        throw new BackupException("the backup changed while it was being restored");
      }
      log.awaitDurable(last);
    }
  }
}
