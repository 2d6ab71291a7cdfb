package dev.tideline.edge.replica;

import dev.tideline.edge.journal.Journal;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.CheckpointThread;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.CheckpointWriter;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.RetentionWindow;
import dev.tideline.wire.v1.EdgeCheckpoint;
import dev.tideline.wire.v1.EdgeCheckpointHead;
import dev.tideline.wire.v1.JournalIncarnation;
import dev.tideline.wire.v1.LogMark;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints of a replica while it works, and gives back what its logs no longer need.
 *
 * <p>The order is what makes it safe: the image is taken at one position of the apply log, the
 * table is copied afterwards, both logs are made durable to what the checkpoint holds of them, it
 * is renamed into place; only then are apply log and journal truncated. A journal generation goes
 * once the durable apply log includes all of it and it is out of the window that is kept for a hub
 * that was set back.
 */
public final class CheckpointDriver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDriver.class);

  private final EdgeId edge;
  private final ReplicaDriver replica;
  private final CheckpointSource source;
  private final Journal journal;
  private final Checkpoints checkpoints;
  private final RetentionWindow journalWindow;
  private final Clock clock;
  private final CheckpointThread thread;
  private long replayed;

  /**
   * A driver that has yet to recover and to start.
   *
   * @param checkpoints of the apply log
   */
  public CheckpointDriver(
      ReplicaDriver replica,
      Checkpoints checkpoints,
      CheckpointRules rules,
      Metrics metrics,
      Machine machine) {
    this.edge = replica.edge();
    this.replica = replica;
    source = replica.checkpointSource();
    this.journal = replica.journal();
    this.checkpoints = checkpoints;
    this.clock = replica.clock();
    journalWindow = new RetentionWindow(rules.journalBytesMax(), rules.journalAgeMaxMs());
    thread =
        new CheckpointThread(
            "edge", rules.logBytes(), this::logBytes, this::write, metrics, machine);
    metrics.gauge(
        "tideline_edge_journal_window_seconds",
        "How far back the journal reaches beyond need: for a hub that is set back.",
        () -> journalWindow.reachedMs(clock.millis()) / 1_000.0);
    metrics.gauge(
        "tideline_edge_replayed_records",
        "Records of the apply log that the start read behind its checkpoint.",
        () -> replayed);
  }

  /** Rebuilds the replica; when it was last caught up, 0 if never. */
  public long recover() {
    var newest = checkpoints.newest();
    newest.ifPresent(checkpoint -> thread.startedFrom(checkpoint.start()));
    long included = newest.map(CheckpointReader::start).orElse(0L);
    replayed = Math.max(0, source.applyPosition() - included);
    return replica.recover(newest, journalWindow);
  }

  /** Begins to look after the logs. */
  public void start() {
    thread.start();
  }

  /** None begins while a snapshot is loaded: what is loaded is in the log alone. */
  private OptionalLong logBytes() {
    return replica.isLoading() ? OptionalLong.empty() : OptionalLong.of(source.applyBytes());
  }

  /** Writes a checkpoint and truncates, on the calling thread; one at a time. */
  public void run() {
    thread.run();
  }

  private Optional<CheckpointThread.Written> write() {
    var begun = source.begin();
    CheckpointThread.Written written;
    try (var writer = checkpoints.begin(begun.applyPosition())) {
      write(begun, writer);
      source.forEachBase(
          (key, value, baseLength) -> {
            if (!thread.outOfTime()) {
              writer.entry(key, value, baseLength);
            }
          });
      if (thread.outOfTime()) {
        return Optional.empty();
      }
      long end = source.applyPosition();
      source.awaitApplied(end);
      // Positions that the checkpoint names must not be given out twice by a machine that was lost.
      replica.awaitDurable(begun.journalEnd() - 1);
      writer.finish(end);
      written = new CheckpointThread.Written(begun.applyPosition(), writer.bytes());
    }
    truncate(begun);
    return Optional.of(written);
  }

  private void write(CheckpointSource.Begun begun, CheckpointWriter writer) {
    journalWindow.note(
        new RetentionWindow.Mark(begun.journalEnd(), clock.millis(), begun.journalBytes()));
    writer.state(EdgeCheckpoint.newBuilder().setHead(head(begun)).build().toByteString());
    var image = begun.image();
    image.partitions().forEach(each -> writer.state(CheckpointCodec.encode(each).toByteString()));
    image.exceptions().forEach(each -> writer.state(CheckpointCodec.encode(each).toByteString()));
    image
        .verdictsForgotten()
        .forEach(each -> writer.state(CheckpointCodec.encode(each).toByteString()));
    image.ownKeys().forEach(each -> writer.state(CheckpointCodec.encode(each).toByteString()));
    image.forks().forEach(each -> writer.state(CheckpointCodec.encode(each).toByteString()));
    image.reissued().forEach(each -> writer.state(CheckpointCodec.encode(each).toByteString()));
    image
        .places()
        .encode((partition, revision) -> 0)
        .forEach(each -> writer.state(CheckpointCodec.encode(each).toByteString()));
  }

  private EdgeCheckpointHead head(CheckpointSource.Begun begun) {
    var head =
        CheckpointCodec.head(edge, begun.image())
            .setCaughtUpMs(begun.caughtUpMs())
            .setJournalBytes(begun.journalBytes())
            .setJournalTo(begun.journalEnd());
    for (var mark : journalWindow.marks()) {
      head.addJournalMarks(
          LogMark.newBuilder()
              .setPosition(mark.position())
              .setWallMs(mark.wallMs())
              .setBytes(mark.bytes()));
    }
    begun
        .image()
        .retained()
        .forEach(
            (incarnation, last) ->
                head.addIncarnations(
                    JournalIncarnation.newBuilder()
                        .setIncarnation(incarnation)
                        .setBegunAt(journal.position(incarnation, 0))
                        .setLastSequence(last)
                        .setForgotten(begun.image().forgotten().getOrDefault(incarnation, 0L))));
    return head.build();
  }

  private void truncate(CheckpointSource.Begun begun) {
    try {
      source.truncateApplyLog(begun.applyPosition() + 1);
      long cut =
          journalWindow.cut(clock.millis(), begun.journalBytes(), begun.image().journalFrom());
      if (cut > 0) {
        source.forgetJournalBefore(cut);
      }
    } catch (IllegalStateException | UncheckedIOException e) {
      LOG.info("what the logs no longer need is kept until the next checkpoint: {}", e.toString());
    }
  }

  /** Takes a last one before an orderly end, once nothing is written any more. */
  public void last() {
    thread.last();
  }

  /** Waits for a checkpoint under way; afterwards the logs are not touched. */
  @Override
  public void close() {
    thread.close();
  }
}
