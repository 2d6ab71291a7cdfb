package dev.tideline.hub.checkpoint;

import com.google.protobuf.ByteString;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.hub.changelog.LogImage;
import dev.tideline.hub.ingest.IngestDriver;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.runtime.StartException;
import dev.tideline.store.CheckpointReader;
import dev.tideline.store.LogOpenException;
import dev.tideline.store.RetentionWindow;
import dev.tideline.store.Slice;
import dev.tideline.wire.v1.HubCheckpoint;
import dev.tideline.wire.v1.HubCheckpointHead;
import dev.tideline.wire.v1.HubEdge;
import dev.tideline.wire.v1.IncarnationClosed;
import dev.tideline.wire.v1.LogPage;
import dev.tideline.wire.v1.SessionBegun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the newest checkpoint says, and the way of it into the stations of the hub. */
public final class CheckpointRestore {

  private final Optional<CheckpointReader> newest;
  private final HubCheckpointHead head;
  private final Optional<Layout> layout;
  private final Catalog catalog;

  /** Reads the first message of the newest checkpoint, if there is one. */
  public CheckpointRestore(Optional<CheckpointReader> newest) {
    this.newest = newest;
    try {
      head =
          newest
              .map(checkpoint -> CheckpointCodec.parse(checkpoint.firstState()).getHead())
              .orElse(HubCheckpointHead.getDefaultInstance());
      layout = newest.map(checkpoint -> CatalogCodec.decode(head.getLayout()));
      catalog = newest.isPresent() ? CatalogCodec.decode(head.getCatalog()) : Catalog.NONE;
    } catch (RuntimeException e) {
      throw StartException.notUnderstood(name(), e);
    }
  }

  private String name() {
    return newest.map(CheckpointReader::name).orElse("no checkpoint");
  }

  /** How mutations are laid on partitions; empty without a checkpoint. */
  public Optional<Layout> layout() {
    return layout;
  }

  /** The catalog in force at the start of the checkpoint. */
  public Catalog catalog() {
    return catalog;
  }

  /** The term that wrote the checkpoint; 0 without one. */
  public long term() {
    return head.getTerm();
  }

  /** The log is replayed from this position on. */
  public long replayFrom() {
    return newest.map(checkpoint -> checkpoint.start() + 1).orElse(1L);
  }

  List<RetentionWindow.Mark> marks() {
    return head.getLogMarksList().stream()
        .map(
            mark -> new RetentionWindow.Mark(mark.getPosition(), mark.getWallMs(), mark.getBytes()))
        .toList();
  }

  /**
   * Puts everything where it belongs.
   *
   * @throws StartException if log and checkpoint do not fit together
   */
  public void into(CheckpointDriver.Sources hub) {
    long first = hub.changeLog().firstPosition();
    if (first > replayFrom()) {
      throw new StartException(
          "the change log begins at position %d and there is no checkpoint that reaches to it: restore the data directory from a copy"
              .formatted(first));
    }
    try {
      newest.ifPresent(checkpoint -> load(checkpoint, hub));
    } catch (LogOpenException e) {
      throw e;
    } catch (RuntimeException e) {
      throw StartException.notUnderstood(name(), e);
    }
  }

  private void load(CheckpointReader checkpoint, CheckpointDriver.Sources hub) {
    long last = hub.changeLog().lastPosition();
    if (checkpoint.end() > last) {
      throw new StartException(
          "%s reaches to position %d of the change log, which ends at %d: records that were durable are missing; restore the data directory from a copy"
              .formatted(checkpoint.name(), checkpoint.end(), last));
    }
    hub.clock().observe(new HybridTime(head.getHybridClock()));
    var pages = new ArrayList<LogImage.Page>();
    hub.table().expect(checkpoint.entries());
    checkpoint.read(
        new CheckpointReader.Visitor() {
          @Override
          public void state(ByteString message) {
            take(CheckpointCodec.parse(message), hub, pages);
          }

          @Override
          public void entry(Slice key, Slice value) {
            if (!hub.table().put(key, value)) {
              throw new StartException(
                  "the checkpoint holds more than the table takes: raise table.entries-max");
            }
          }
        });
    hub.changeLog()
        .restore(
            new LogImage(
                checkpoint.start(),
                head.getLogBytes(),
                new HybridTime(head.getHybridClock()),
                pages));
  }

  private static void take(
      HubCheckpoint message, CheckpointDriver.Sources hub, List<LogImage.Page> pages) {
    var reconcile = hub.reconcile();
    switch (message.getPartCase()) {
      case HEAD -> {}
      case PAGE -> pages.add(page(message.getPage()));
      case PARTITION -> reconcile.restore(CheckpointCodec.decode(message.getPartition()));
      case WATERMARKS ->
          CheckpointCodec.decode(message.getWatermarks()).ifPresent(reconcile::restore);
      case VERDICT -> reconcile.restore(CheckpointCodec.decode(message.getVerdict()));
      case REISSUE -> reconcile.restore(CheckpointCodec.decode(message.getReissue()));
      case KEY -> reconcile.restore(CheckpointCodec.decode(message.getKey()));
      case EDGE -> take(message.getEdge(), hub.ingest());
      case PART_NOT_SET ->
          throw new StartException(
              "the checkpoint holds a part that is not known here: use the version that wrote it");
    }
  }

  private static void take(HubEdge edge, IngestDriver ingest) {
    for (long incarnation : edge.getIncarnationsList()) {
      ingest.replay(
          SessionBegun.newBuilder().setEdge(edge.getEdge()).setIncarnation(incarnation).build());
    }
    for (long incarnation : edge.getDrainedList()) {
      ingest.replay(
          SessionBegun.newBuilder()
              .setEdge(edge.getEdge())
              .setIncarnation(incarnation)
              .setDrain(true)
              .build());
    }
    for (long incarnation : edge.getClosedList()) {
      ingest.replay(
          IncarnationClosed.newBuilder()
              .setEdge(edge.getEdge())
              .setIncarnation(incarnation)
              .build());
    }
    for (var forgotten : edge.getForgottenList()) {
      ingest.replay(
          IncarnationClosed.newBuilder()
              .setEdge(edge.getEdge())
              .setIncarnation(forgotten.getIncarnation())
              .setForgotten(true)
              .setDecidedTo(forgotten.getDecidedTo())
              .addAllDecided(forgotten.getDecidedList())
              .build());
    }
    var id = new EdgeId(edge.getEdge());
    edge.getAbsentList().forEach(absent -> ingest.restoreAbsent(id, absent));
  }

  private static LogImage.Page page(LogPage message) {
    return new LogImage.Page(
        message.getPosition(),
        message.getHeadsList().stream().mapToLong(Long::longValue).toArray());
  }
}
