package dev.tideline.edge.replica;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.tideline.runtime.StartException;
import dev.tideline.store.InMemoryCheckpoints;
import dev.tideline.store.RetentionWindow;
import dev.tideline.store.Slice;
import dev.tideline.wire.v1.EdgeCheckpoint;
import dev.tideline.wire.v1.EdgeCheckpointHead;

/**
 * An edge whose disk holds what passes every checksum and was written by nobody that it knows: it
 * starts, or says in one sentence why not.
 */
class RecordsFuzzTest {

  private static final int PARTS_MAX = 8;

  @FuzzTest(maxDuration = "5m")
  void aJournalOfAnyRecordsIsTakenInOrRefused(FuzzedDataProvider data) {
    var tested = new TestedReplica();
    var _ = TestedReplica.write(tested.begun(), "z/before");
    for (int i = 0; i < PARTS_MAX && data.remainingBytes() > 0; i++) {
      append(tested.journalLog, bytes(data));
    }
    start(tested, new InMemoryCheckpoints());
  }

  @FuzzTest(maxDuration = "5m")
  void anApplyLogOfAnyRecordsIsTakenInOrRefused(FuzzedDataProvider data) {
    var tested = new TestedReplica();
    if (data.consumeBoolean()) {
      var _ = TestedReplica.write(tested.begun(), "z/before");
    }
    for (int i = 0; i < PARTS_MAX && data.remainingBytes() > 0; i++) {
      append(tested.applyLog, bytes(data));
    }
    start(tested, new InMemoryCheckpoints());
  }

  @FuzzTest(maxDuration = "5m")
  void aCheckpointOfAnyPartsIsTakenInOrRefused(FuzzedDataProvider data) {
    var tested = new TestedReplica();
    var _ = TestedReplica.write(tested.begun(), "z/before");
    var checkpoints = new InMemoryCheckpoints();
    try (var writer = checkpoints.begin(1)) {
      var head = EdgeCheckpointHead.newBuilder().setEdge("a").setFormatVersion(1);
      if (data.consumeBoolean()) {
        writer.state(EdgeCheckpoint.newBuilder().setHead(head).build().toByteString());
      }
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
    start(tested, checkpoints);
  }

  private static void append(KeptLog log, ByteString record) {
    if (!record.isEmpty()) {
      log.append(record);
    }
  }

  private static void start(TestedReplica tested, InMemoryCheckpoints checkpoints) {
    try {
      var _ = tested.restarted().recover(checkpoints.newest(), new RetentionWindow(0, 0));
    } catch (StartException e) {
      // Refused.
    }
  }

  private static ByteString bytes(FuzzedDataProvider data) {
    return ByteString.copyFrom(data.consumeBytes(data.consumeInt(0, 300)));
  }
}
