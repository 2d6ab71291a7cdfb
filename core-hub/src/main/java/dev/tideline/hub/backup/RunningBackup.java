package dev.tideline.hub.backup;

import com.google.protobuf.ByteString;
import dev.tideline.hub.backup.BackupManifest.CopiedFile;
import dev.tideline.hub.changelog.ChangeLogReader;
import dev.tideline.model.Layout;
import dev.tideline.store.CheckpointReader;
import dev.tideline.wire.v1.ChangeLogRecord;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One backup under way. What it holds is settled when it begins: the newest checkpoint, and the log
 * from its start to where it ended then. That much is durable, and pinned while it is read, within
 * what is kept for any reader.
 */
public final class RunningBackup implements AutoCloseable {

  private final Optional<CheckpointReader> checkpoint;
  private final Layout layout;
  private final long term;
  private final long takenMs;
  private final long first;
  private final long last;
  private final long[] revisions;
  private final @Nullable InputStream checkpointBytes;
  private final Consumer<Optional<BackupManifest>> told;

  // Guarded by this: whoever gives the log back ends the reading first.
  private final ChangeLogReader reader;
  private Optional<BackupManifest> whole = Optional.empty();
  private String ended = "";

  private RunningBackup(
      BackupDriver.Sources hub,
      Optional<CheckpointReader> newest,
      Consumer<Optional<BackupManifest>> told) {
    this.told = told;
    checkpoint = newest;
    checkpointBytes = newest.map(CheckpointReader::open).orElse(null);
    layout = hub.reconcile().layout();
    term = hub.reconcile().status(0).position().term();
    takenMs = hub.clock().wallMs();
    first = newest.map(one -> one.start() + 1).orElse(1L);
    revisions = new long[layout.partitions()];
    Arrays.setAll(revisions, partition -> hub.reconcile().status(partition).head());
    // After the heads: whatever they say lies before this end.
    last = hub.changeLog().lastPosition();
    hub.changeLog().awaitDurable(last);
    reader = hub.changeLog().read(first, this::evicted);
  }

  /**
   * Begins one.
   *
   * @param told when it is over: what was taken, or that it broke off
   */
  static RunningBackup begin(BackupDriver.Sources hub, Consumer<Optional<BackupManifest>> told) {
    return new RunningBackup(hub, hub.checkpoints().newest(), told);
  }

  /**
   * Writes all of it.
   *
   * @throws IOException if it cannot go on, or nobody reads it
   */
  public void copyTo(OutputStream to) throws IOException {
    var out = new DataOutputStream(to);
    var files = new ArrayList<CopiedFile>();
    var opened = checkpointBytes;
    if (checkpoint.isPresent() && opened != null) {
      var name = "checkpoint-%019d".formatted(checkpoint.get().start());
      files.add(PartStream.write(out, name, opened::transferTo));
    }
    files.add(PartStream.write(out, BackupManifest.LOG_NAME, this::copyLog));
    var heads = Arrays.stream(revisions).boxed().toList();
    var manifest =
        new BackupManifest(layout, term, takenMs, first, last, heads, List.copyOf(files));
    var _ = PartStream.write(out, BackupManifest.FILE_NAME, part -> part.write(manifest.encode()));
    whole = Optional.of(manifest);
  }

  private void copyLog(OutputStream to) throws IOException {
    var out = new DataOutputStream(to);
    for (long position = first; position <= last; position++) {
      LogCopy.write(out, position, next(position));
    }
  }

  private synchronized ByteString next(long position) throws IOException {
    if (!ended.isEmpty()) {
      throw new IOException(ended);
    }
    if (!reader.next() || reader.position() != position) {
      throw new IllegalStateException(
          "position %d is durable and cannot be read".formatted(position));
    }
    note(reader.record());
    return reader.record().toByteString();
  }

  private void note(ChangeLogRecord record) {
    if (record.hasDecisions()) {
      var decisions = record.getDecisions();
      int partition = decisions.getPartition();
      long head = decisions.getFirstRevision() + decisions.getDecisionsCount() - 1;
      revisions[partition] = Math.max(revisions[partition], head);
    }
  }

  private void evicted() {
    end("the log is kept no longer for a backup that takes so long (log.pinned-bytes)");
  }

  private synchronized void end(String why) {
    if (ended.isEmpty()) {
      ended = why;
      reader.close();
    }
  }

  /** Lets the log go; what is still being written breaks off. */
  void stop() {
    end("the hub stops");
  }

  /** Lets everything go. */
  @Override
  public void close() {
    end("it is over");
    told.accept(whole);
    var opened = checkpointBytes;
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
