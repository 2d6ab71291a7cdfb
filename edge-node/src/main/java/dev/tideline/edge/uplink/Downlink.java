package dev.tideline.edge.uplink;

import dev.tideline.codec.CatalogCodec;
import dev.tideline.codec.Ids;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.replica.ReplicaProgress;
import dev.tideline.model.Catalog;
import dev.tideline.model.HybridTime;
import dev.tideline.wire.v1.ApplyAck;
import dev.tideline.wire.v1.CaughtUp;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.HubHeartbeat;
import dev.tideline.wire.v1.Welcome;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes down a stream once it is welcome: to the replica, and to freshness. */
final class Downlink {

  private static final Logger LOG = LoggerFactory.getLogger(Downlink.class);

  /**
   * How often the apply log notes that the edge was caught up; it only bounds a restart's claim.
   */
  private static final long CAUGHT_UP_NOTE_MS = 10_000;

  private final ReplicaDriver replica;
  private final Freshness freshness;
  private final ApplyObserver observer;
  private final Readmissions readmissions;

  private long lastNoteMs;
  private volatile long hubClockMs;

  Downlink(
      ReplicaDriver replica, Freshness freshness, ApplyObserver observer, HubQuestions questions) {
    this.replica = replica;
    readmissions = new Readmissions(replica, questions);
    this.freshness = freshness;
    this.observer = observer;
  }

  /** What is told before anything else. */
  void welcome(Welcome welcome) {
    Optional<Catalog> catalog =
        welcome.hasCatalog()
            ? Optional.of(CatalogCodec.decode(welcome.getCatalog()))
            : Optional.empty();
    replica.welcome(
        CatalogCodec.decode(welcome.getLayout()),
        catalog,
        new HybridTime(welcome.getHybridClock()));
  }

  void changes(HubStream stream, ChangeBatch batch) {
    var begun = observer.begin();
    var settled = replica.apply(batch);
    if (settled.isEmpty()) {
      stream.cancel(
          "changes are missing before revision %d of partition %d"
              .formatted(batch.getFromRevision(), batch.getPartition()));
      return;
    }
    observer.applied(begun, batch.getPartition(), settled.get());
    for (var notApplied : settled.get().notApplied()) {
      LOG.warn(
          "{} at revision {} cannot be applied and is quarantined: {}",
          notApplied.key(),
          notApplied.revision(),
          notApplied.why());
      stream.send(
          nack(
              notApplied.key().namespace(),
              notApplied.key().key().text(),
              notApplied.revision(),
              notApplied.why()));
    }
  }

  private static EdgeFrame nack(String namespace, String key, long revision, String why) {
    var nack =
        ApplyAck.Nack.newBuilder()
            .setNamespace(namespace)
            .setKey(key)
            .setRevision(revision)
            .setText(why);
    return EdgeFrame.newBuilder().setApplyAck(ApplyAck.newBuilder().setNack(nack)).build();
  }

  void caughtUp(HubStream stream, CaughtUp told) {
    readmissions.look(stream);
    if (replica.loads().isBeside()) {
      // The stream is ahead of what readers see.
      return;
    }
    long wallMs = freshness.caughtUp(told.getHeartbeat());
    if (wallMs - lastNoteMs >= CAUGHT_UP_NOTE_MS) {
      lastNoteMs = wallMs;
      replica.caughtUp(wallMs);
    }
  }

  void heartbeat(HubHeartbeat heartbeat) {
    hubClockMs = heartbeat.getClockMs();
    replica.heartbeat(new HybridTime(heartbeat.getHybridClock()), heartbeat.getIdempotencyFull());
  }

  long hubClockMs() {
    return hubClockMs;
  }

  /** How far everything is applied. */
  static EdgeFrame applied(ReplicaProgress progress) {
    var ack = ApplyAck.newBuilder();
    for (var partition : progress.partitions()) {
      if (partition.cursor().revision() > 0) {
        ack.addApplied(
            ApplyAck.Applied.newBuilder()
                .setPartition(partition.number())
                .setApplied(Ids.encode(partition.cursor()))
                .setHold(partition.hold()));
      }
    }
    return EdgeFrame.newBuilder().setApplyAck(ack).build();
  }

  /** Takes a frame that is legal at any time after Welcome and needs no answer. */
  void other(HubFrame frame) {
    switch (frame.getFrameCase()) {
      case CATALOG_UPDATE ->
          replica.catalog(CatalogCodec.decode(frame.getCatalogUpdate().getCatalog()));
      case GO_AWAY -> LOG.info("the hub asks to reconnect: {}", frame.getGoAway().getReason());
      default -> LOG.debug("frame {} is not known here and is passed over", frame.getFrameCase());
    }
  }
}
