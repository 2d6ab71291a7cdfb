package dev.tideline.hub.backup;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.hub.backup.BackupManifest.CopiedFile;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.LogOpenException;
import dev.tideline.store.Slice;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.HubCheckpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * Reads every byte of a backup, twice over: as the manifest has them, and as what they mean. So
 * what a hub would refuse to start from is found before it is needed.
 */
public final class BackupCheck {

  private static final int BUFFER_BYTES = 1024 * 1024;

  private final Path directory;
  private final BackupManifest manifest;
  private final long[] heads;

  private BackupCheck(Path directory, BackupManifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
    heads = new long[manifest.layout().partitions()];
  }

  /**
   * Checks a backup.
   *
   * @return what it says of itself
   * @throws BackupException if it is none, is not whole, or is damaged
   */
  public static BackupManifest run(Path directory) throws IOException {
    var manifest = manifest(directory);
    new BackupCheck(directory, manifest).run();
    return manifest;
  }

  private static BackupManifest manifest(Path directory) throws IOException {
    var file = directory.resolve(BackupManifest.FILE_NAME);
    if (!Files.isRegularFile(file)) {
      throw new BackupException(
          "%s is no backup: it has no %s".formatted(directory, BackupManifest.FILE_NAME));
    }
    if (Files.size(file) > BackupManifest.BYTES_MAX) {
      throw damaged(BackupManifest.FILE_NAME, "is far too long");
    }
    return BackupManifest.decode(Files.readAllBytes(file));
  }

  private void run() throws IOException {
    checkNames();
    for (var file : manifest.files()) {
      checkBytes(file);
    }
    var checkpoint = manifest.checkpoint();
    if (checkpoint.isPresent()) {
      checkCheckpoint(checkpoint.get());
    }
    checkLog();
  }

  private void checkNames() throws IOException {
    var found = new HashSet<String>();
    try (var entries = Files.list(directory)) {
      entries.forEach(entry -> found.add(entry.getFileName().toString()));
    }
    found.remove(BackupManifest.FILE_NAME);
    for (var file : manifest.files()) {
      if (!found.remove(file.name())) {
        throw damaged(file.name(), "is missing");
      }
    }
    if (!found.isEmpty()) {
      throw damaged(found.iterator().next(), "does not belong to it");
    }
  }

  private void checkBytes(CopiedFile file) throws IOException {
    var path = directory.resolve(file.name());
    if (Files.size(path) != file.bytes()) {
      throw damaged(file.name(), "has %d bytes, not %d".formatted(Files.size(path), file.bytes()));
    }
    var crc = new CRC32C();
    try (var in = new CheckedInputStream(Files.newInputStream(path), crc)) {
      var _ = in.transferTo(OutputStream.nullOutputStream());
    }
    if ((int) crc.getValue() != file.crc32c()) {
      throw damaged(file.name(), "does not match its checksum");
    }
  }

  private void checkCheckpoint(String name) {
    try {
      var reader = FileCheckpoints.open(directory.resolve(name));
      if (reader.start() + 1 != manifest.first() || reader.end() > manifest.last()) {
        throw damaged(name, "does not belong to this log");
      }
      reader.read(
          new CheckpointReader.Visitor() {
            @Override
            public void state(ByteString message) {
              checkState(name, message);
            }

            @Override
            public void entry(Slice key, Slice value) {}
          });
    } catch (LogOpenException e) {
      throw new BackupException("the backup is damaged: " + e.getMessage(), e);
    }
  }

  private void checkState(String name, ByteString message) {
    try {
      var state = HubCheckpoint.parseFrom(message);
      if (state.hasHead()
          && state.getHead().getLayout().getPartitions() != manifest.layout().partitions()) {
        throw damaged(name, "is of another installation");
      }
      // The last page stands behind everything that is in no record of the copy.
      if (state.hasPage() && state.getPage().getHeadsCount() == heads.length) {
        for (int i = 0; i < heads.length; i++) {
          heads[i] = Math.max(heads[i], state.getPage().getHeads(i));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw damaged(name, "holds what is no part of a hub's checkpoint");
    }
  }

  private void checkLog() throws IOException {
    try (InputStream in =
        new BufferedInputStream(
            Files.newInputStream(directory.resolve(BackupManifest.LOG_NAME)), BUFFER_BYTES)) {
      long last = LogCopy.read(in, manifest.first(), this::checkRecord);
      if (last != manifest.last()) {
        throw damaged(
            BackupManifest.LOG_NAME,
            "ends at position %d, not %d".formatted(last, manifest.last()));
      }
    }
    for (int i = 0; i < heads.length; i++) {
      if (heads[i] != manifest.revisions().get(i)) {
        throw damaged(
            BackupManifest.LOG_NAME,
            "brings partition %d to revision %d, not %d"
                .formatted(i, heads[i], manifest.revisions().get(i)));
      }
    }
  }

  private void checkRecord(long position, ByteString bytes) {
    try {
      var record = ChangeLogRecord.parseFrom(bytes);
      boolean head = position == 1;
      if (head != record.hasHead()) {
        throw damaged(BackupManifest.LOG_NAME, "does not begin as a hub's log");
      }
      if (record.hasDecisions()) {
        var decisions = record.getDecisions();
        int partition = decisions.getPartition();
        long first = decisions.getFirstRevision();
        long end = first + decisions.getDecisionsCount() - 1;
        if (partition < 0 || partition >= heads.length || first > heads[partition] + 1) {
          throw damaged(
              BackupManifest.LOG_NAME, "has a gap before position %d".formatted(position));
        }
        heads[partition] = Math.max(heads[partition], end);
      }
    } catch (InvalidProtocolBufferException e) {
      throw damaged(
          BackupManifest.LOG_NAME, "has no record of a hub at position %d".formatted(position));
    }
  }

  private static BackupException damaged(String file, String what) {
    return new BackupException(
        "the backup is damaged: %s %s; take another one".formatted(file, what));
  }
}
