package dev.tideline.hub.checkpoint;

import com.google.protobuf.Message;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.changelog.LogImage;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.runtime.CheckpointThread;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.CheckpointWriter;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.RetentionWindow;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.HubCheckpoint;
import dev.tideline.wire.v1.HubCheckpointHead;
import dev.tideline.wire.v1.LogMark;
import dev.tideline.wire.v1.LogPage;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes checkpoints of the hub while it works, and gives back what the change log no longer needs.
 *
 * <p>The position is taken first, then each partition's knowledge under its lock, then the table is
 * copied, which is newer still. A record behind the position is passed over by a partition whose
 * copied head includes it, and a change by a key whose copied entry is newer; so the restart comes
 * to the exact state. Only what a step wrote and took back again is in no log: if that happened
 * meanwhile, the checkpoint is given up and soon tried again.
 */
public final class CheckpointDriver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDriver.class);

  private final Sources sources;
  private final Checkpoints checkpoints;
  private final RetentionWindow window;
  private final long pinnedBytesMax;
  private final LongAdder evicted;
  private final CheckpointThread thread;

  /** Where the hub's knowledge lies. */
  public record Sources(
      ReconcileDriver reconcile,
      IngestDriver ingest,
      ChangeLogDriver changeLog,
      Table table,
      HubClock clock) {}

  /**
   * A driver that has yet to start.
   *
   * @param restored what the newest checkpoint says of the log's age
   */
  public CheckpointDriver(
      Sources sources,
      Checkpoints checkpoints,
      CheckpointRules rules,
      CheckpointRestore restored,
      Metrics metrics,
      Machine machine) {
    this.sources = sources;
    this.checkpoints = checkpoints;
    window = new RetentionWindow(rules.retainedBytesMax(), rules.retainedAgeMaxMs());
    restored.marks().forEach(window::note);
    pinnedBytesMax = rules.pinnedBytesMax();
    evicted =
        metrics.counter(
            "tideline_hub_changelog_evicted_total",
            "Streams and snapshots for which the log was kept no longer; their edges began anew.");
    thread =
        new CheckpointThread(
            "hub",
            rules.logBytes(),
            () -> OptionalLong.of(sources.changeLog().bytesSinceCheckpoint()),
            this::write,
            metrics,
            machine);
    thread.startedFrom(restored.replayFrom() - 1);
  }

  /** Begins to look after the log. */
  public void start() {
    thread.start();
  }

  /**
   * Writes a checkpoint and truncates the log, on the calling thread.
   *
   * @return false if it was given up because a step was taken back meanwhile
   */
  public boolean run() {
    return thread.run();
  }

  private Optional<CheckpointThread.Written> write() {
    long takenBack = sources.reconcile().takenBack();
    var log = sources.changeLog().beginCheckpoint();
    long wallMs = sources.clock().wallMs();
    window.note(new RetentionWindow.Mark(log.position() + 1, wallMs, log.bytes()));
    CheckpointThread.Written written;
    try (var writer = checkpoints.begin(log.position())) {
      write(log, wallMs, writer);
      copyTable(writer);
      if (thread.outOfTime()) {
        return Optional.empty();
      }
      // Asked under the partitions' locks: a step that began before is over, and its record counts.
      if (sources.reconcile().takenBack() != takenBack) {
        LOG.info("a checkpoint is given up: a step was taken back meanwhile");
        return Optional.empty();
      }
      long end = sources.changeLog().lastPosition();
      sources.changeLog().awaitDurable(end);
      writer.finish(end);
      written = new CheckpointThread.Written(log.position(), writer.bytes());
    }
    truncate(log, wallMs);
    return Optional.of(written);
  }

  private void write(LogImage log, long wallMs, CheckpointWriter writer) {
    state(writer, HubCheckpoint.newBuilder().setHead(head(log)).build());
    for (var page : log.pages()) {
      var message = LogPage.newBuilder().setPosition(page.position());
      page.heads().forEach(message::addHeads);
      state(writer, HubCheckpoint.newBuilder().setPage(message).build());
    }
    for (var edge : sources.ingest().known()) {
      state(writer, HubCheckpoint.newBuilder().setEdge(edge).build());
    }
    for (int i = 0; i < sources.reconcile().layout().partitions(); i++) {
      var image = sources.reconcile().image(i, wallMs);
      CheckpointCodec.encode(image, message -> state(writer, message));
    }
  }

  private static void state(CheckpointWriter writer, Message message) {
    writer.state(message.toByteString());
  }

  private HubCheckpointHead head(LogImage log) {
    var head =
        HubCheckpointHead.newBuilder()
            .setLayout(CatalogCodec.encode(sources.reconcile().layout()))
            .setCatalog(CatalogCodec.encode(sources.ingest().catalog()))
            .setTerm(sources.reconcile().status(0).position().term())
            .setHybridClock(log.clock().bits())
            .setLogBytes(log.bytes());
    for (var mark : window.marks()) {
      head.addLogMarks(
          LogMark.newBuilder()
              .setPosition(mark.position())
              .setWallMs(mark.wallMs())
              .setBytes(mark.bytes()));
    }
    return head.build();
  }

  private void copyTable(CheckpointWriter writer) {
    try (var walk = sources.table().walk(0)) {
      boolean more = true;
      while (more && !thread.outOfTime()) {
        more = walk.next((key, value) -> writer.entry(key, value, value.length()));
      }
    }
  }

  private void truncate(LogImage log, long wallMs) {
    var pins = sources.changeLog().pins();
    // Nobody is sent away for the sake of what is kept for absent edges anyway.
    long unwanted = window.reach(wallMs, log.bytes(), log.position() + 1);
    evicted.add(pins.evictBefore(Math.min(unwanted, window.before(log.bytes(), pinnedBytesMax))));
    long needed = Math.min(log.position() + 1, pins.lowest());
    long cut = window.cut(wallMs, log.bytes(), needed);
    try {
      if (cut > 0) {
        sources.changeLog().truncateBefore(cut);
      }
    } catch (IllegalStateException | UncheckedIOException e) {
      LOG.info("what the log no longer needs is kept until the next checkpoint: {}", e.toString());
    }
  }

  /** Does something short while no checkpoint is being taken and nothing of the log given back. */
  public <T> T between(Supplier<T> action) {
    return thread.between(action);
  }

  /** Takes a last one before an orderly end, once nothing is written any more. */
  public void last() {
    thread.last();
  }

  /** Waits for a checkpoint under way; afterwards the log is not touched. */
  @Override
  public void close() {
    thread.close();
  }
}
