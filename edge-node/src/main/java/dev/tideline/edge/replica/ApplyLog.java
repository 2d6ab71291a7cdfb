package dev.tideline.edge.replica;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.runtime.StartException;
import dev.tideline.store.RecordLog;
import dev.tideline.store.Table;
import dev.tideline.wire.v1.ApplyHead;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.EdgeCaughtUp;
import dev.tideline.wire.v1.InterestsHeld;
import dev.tideline.wire.v1.LoadBegun;
import dev.tideline.wire.v1.LoadEnded;
import dev.tideline.wire.v1.SnapshotChunk;

/**
 * What the edge received, in the order it was applied; cursor and included sequences stand in the
 * same record as the changes. Nobody waits for its sync: what a lost machine loses of it, the hub
 * sends again. Called under the replica's lock.
 */
final class ApplyLog {

  private final RecordLog log;
  private final EdgeId edge;
  private long bytes;
  private long caughtUpMs;
  private boolean holdsInterests;

  ApplyLog(RecordLog log, EdgeId edge) {
    this.log = log;
    this.edge = edge;
  }

  /**
   * Reads everything from a position on into the core; when the edge was last caught up, 0 if it
   * does not say.
   *
   * @param restored what is told up to there may be in the base already; 0 if nothing is
   */
  long recover(ReplicaCore core, long from, long restored) {
    if (log.lastPosition() == 0) {
      append(
          ApplyRecord.newBuilder()
              .setHead(
                  ApplyHead.newBuilder()
                      .setFormatVersion(Layout.FORMAT_VERSION)
                      .setEdge(edge.text())));
    }
    try (var reader = log.read(from)) {
      while (reader.next()) {
        bytes += reader.record().size();
        if (reader.position() == restored + 1) {
          core.state().pastRestored();
        }
        try {
          take(core, parse(reader), reader.position());
        } catch (RuntimeException e) {
          throw StartException.notUnderstood(
              "the apply log's record at position %d".formatted(reader.position()), e);
        }
      }
    }
    if (core.loading().running()) {
      // What was loaded is worth nothing without the session that it belonged to.
      endLoad(core, append(LoadEnded.getDefaultInstance()));
    }
    core.dropUnkept();
    return caughtUpMs;
  }

  private void take(ReplicaCore core, ApplyRecord record, long position) {
    switch (record.getRecordCase()) {
      case HEAD -> check(record.getHead());
      case LAYOUT -> core.learn(CatalogCodec.decode(record.getLayout()));
      case CATALOG -> core.learn(CatalogCodec.decode(record.getCatalog()));
      case CHANGES -> core.apply(record.getChanges(), core.read(record.getChanges()));
      case INTERESTS -> {
        core.hold(record.getInterests());
        holdsInterests = true;
      }
      case LOAD_BEGUN -> {
        core.dropUnkept();
        core.loading().begin(record.getLoadBegun());
      }
      case LOADED -> core.loading().chunk(core.loading().read(record.getLoaded()));
      case LOAD_ENDED -> endLoad(core, record.getLoadEnded());
      case CAUGHT_UP -> caughtUpMs = record.getCaughtUp().getWallMs();
      case RECORD_NOT_SET ->
          throw new StartException(
              "the apply log holds a record that is not known here at position %d: use the version that wrote it"
                  .formatted(position));
    }
  }

  private static void endLoad(ReplicaCore core, LoadEnded ended) {
    core.loading().end(ended).replaced().ifPresent(Table::close);
  }

  private static ApplyRecord parse(RecordLog.Reader reader) {
    try {
      return ApplyRecord.parseFrom(reader.record());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an apply record with a good checksum is not readable", e);
    }
  }

  private void check(ApplyHead head) {
    if (!head.getEdge().equals(edge.text())) {
      throw new StartException(
          "the data directory belongs to edge '%s', not '%s': give each edge a directory of its own"
              .formatted(head.getEdge(), edge));
    }
  }

  /** Durable on return: the journal cannot be read without it. */
  void append(Layout layout) {
    append(ApplyRecord.newBuilder().setLayout(CatalogCodec.encode(layout)));
    log.awaitDurable(log.lastPosition());
  }

  /** Durable on return: pending mutations cannot be merged without it. */
  void append(Catalog catalog) {
    append(ApplyRecord.newBuilder().setCatalog(CatalogCodec.encode(catalog)));
    log.awaitDurable(log.lastPosition());
  }

  void append(ChangeBatch changes) {
    append(ApplyRecord.newBuilder().setChanges(changes));
  }

  void append(InterestsHeld interests) {
    holdsInterests = true;
    append(ApplyRecord.newBuilder().setInterests(interests));
  }

  void append(LoadBegun begun) {
    append(ApplyRecord.newBuilder().setLoadBegun(begun));
  }

  void append(SnapshotChunk chunk) {
    append(ApplyRecord.newBuilder().setLoaded(chunk));
  }

  LoadEnded append(LoadEnded ended) {
    append(ApplyRecord.newBuilder().setLoadEnded(ended));
    return ended;
  }

  void appendCaughtUp(long wallMs) {
    caughtUpMs = wallMs;
    append(ApplyRecord.newBuilder().setCaughtUp(EdgeCaughtUp.newBuilder().setWallMs(wallMs)));
  }

  private void append(ApplyRecord.Builder record) {
    var encoded = record.build().toByteString();
    log.append(encoded);
    bytes += encoded.size();
  }

  /** Whether the edge has interests of its own, not only those of its settings. */
  boolean holdsInterests() {
    return holdsInterests;
  }

  /** The checkpoint holds interests. */
  void interestsKnown() {
    holdsInterests = true;
  }

  /** A checkpoint begins here. */
  void checkpointBegun() {
    bytes = 0;
  }

  /** Bytes appended, or read back, since the last checkpoint began. */
  long bytesSinceCheckpoint() {
    return bytes;
  }

  /** When the edge was last noted to be caught up, 0 if never. */
  long caughtUpMs() {
    return caughtUpMs;
  }

  long firstPosition() {
    return log.firstPosition();
  }

  long lastPosition() {
    return log.lastPosition();
  }

  void awaitDurable(long position) {
    log.awaitDurable(position);
  }

  void truncateBefore(long position) {
    log.truncateBefore(position);
  }
}
