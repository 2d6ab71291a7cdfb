package dev.tideline.hub;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.tideline.codec.CatalogCodec;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.model.Layout;
import dev.tideline.runtime.ConfigException;
import dev.tideline.runtime.StartException;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.store.Slice;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.HubCheckpoint;
import dev.tideline.wire.v1.HubCheckpointHead;

/**
 * A hub whose disk holds what passes every checksum and was written by nobody that it knows: it
 * starts, or says in one sentence why not.
 */
class RecordsFuzzTest {

  private static final int PARTS_MAX = 8;

  @FuzzTest(maxDuration = "5m")
  void aChangeLogOfAnyRecordsIsTakenInOrRefused(FuzzedDataProvider data) {
    var log = ManualLog.synced();
    if (data.consumeBoolean()) {
      log.append(
          ChangeLogRecord.newBuilder()
              .setHead(CatalogCodec.encode(new Layout(64)))
              .build()
              .toByteString());
    }
    for (int i = 0; i < PARTS_MAX && data.remainingBytes() > 0; i++) {
      var record = bytes(data);
      if (!record.isEmpty()) {
        log.append(record);
      }
    }
    start(log, new InMemoryCheckpoints());
  }

  @FuzzTest(maxDuration = "5m")
  void aCheckpointOfAnyPartsIsTakenInOrRefused(FuzzedDataProvider data) {
    var log = ManualLog.synced();
    log.append(
        ChangeLogRecord.newBuilder()
            .setHead(CatalogCodec.encode(new Layout(64)))
            .build()
            .toByteString());
    var checkpoints = new InMemoryCheckpoints();
    try (var writer = checkpoints.begin(1)) {
      var head = HubCheckpointHead.newBuilder().setLayout(CatalogCodec.encode(new Layout(64)));
      writer.state(
          data.consumeBoolean()
              ? HubCheckpoint.newBuilder().setHead(head).build().toByteString()
              : bytes(data));
      for (int i = 0; i < PARTS_MAX && data.remainingBytes() > 0; i++) {
        if (data.consumeBoolean()) {
          writer.state(bytes(data));
        } else {
          var key = Slice.copyOf(bytes(data));
          var value = Slice.copyOf(bytes(data));
          writer.entry(key, value, value.length());
        }
      }
      writer.finish(1);
    }
    start(log, checkpoints);
  }

  private static void start(ManualLog log, InMemoryCheckpoints checkpoints) {
    try {
      var _ = new InMemoryHub(log, new CheckpointRestore(checkpoints.newest()));
    } catch (StartException | ConfigException e) {
      // Refused.
    }
  }

  private static ByteString bytes(FuzzedDataProvider data) {
    return ByteString.copyFrom(data.consumeBytes(data.consumeInt(0, 300)));
  }
}
