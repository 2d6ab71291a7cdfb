package dev.tideline.edge.replica;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.runtime.StartException;
import dev.tideline.store.RecordLog;
import dev.tideline.wire.v1.ApplyHead;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.EdgeCaughtUp;

/**
 * What the edge received, in the order it was applied; cursor and included sequences stand in the
 * same record as the changes. Nobody waits for its sync: what a lost machine loses of it, the hub
 * sends again. Called under the replica's lock.
 */
final class ApplyLog {

  private final RecordLog log;
  private final EdgeId edge;

  ApplyLog(RecordLog log, EdgeId edge) {
    this.log = log;
    this.edge = edge;
  }

  /** Reads everything into the core; when the edge was last caught up, 0 if never. */
  long recover(ReplicaCore core) {
    if (log.lastPosition() == 0) {
      append(
          ApplyRecord.newBuilder()
              .setHead(
                  ApplyHead.newBuilder()
                      .setFormatVersion(Layout.FORMAT_VERSION)
                      .setEdge(edge.text())));
    }
    long caughtUpMs = 0;
    try (var reader = log.read(log.firstPosition())) {
      while (reader.next()) {
        var record = parse(reader);
        switch (record.getRecordCase()) {
          case HEAD -> check(record.getHead());
          case LAYOUT -> core.learn(CatalogCodec.decode(record.getLayout()));
          case CATALOG -> core.learn(CatalogCodec.decode(record.getCatalog()));
          case CHANGES -> core.apply(record.getChanges());
          case CAUGHT_UP -> caughtUpMs = record.getCaughtUp().getWallMs();
          case RECORD_NOT_SET ->
              throw new StartException(
                  "the apply log holds a record that is not known here at position %d: use the version that wrote it"
                      .formatted(reader.position()));
        }
      }
    }
    return caughtUpMs;
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

  void append(Layout layout) {
    append(ApplyRecord.newBuilder().setLayout(CatalogCodec.encode(layout)));
  }

  void append(Catalog catalog) {
    append(ApplyRecord.newBuilder().setCatalog(CatalogCodec.encode(catalog)));
  }

  void append(ChangeBatch changes) {
    append(ApplyRecord.newBuilder().setChanges(changes));
  }

  void appendCaughtUp(long wallMs) {
    append(ApplyRecord.newBuilder().setCaughtUp(EdgeCaughtUp.newBuilder().setWallMs(wallMs)));
  }

  private void append(ApplyRecord.Builder record) {
    log.append(record.build().toByteString());
  }
}
