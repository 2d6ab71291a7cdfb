package dev.tideline.edge.replica;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.model.InvalidInputException;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotNeeded;
import java.util.List;

/**
 * An edge that is sent batches and snapshots of anybody's making: it takes them or refuses them as
 * malformed; afterwards it still takes writes, and starts again from what it has written.
 */
class HubFramesFuzzTest {

  private static final int FRAMES_MAX = 12;

  @FuzzTest(maxDuration = "5m")
  void whatAHubSendsIsTakenOrRefusedAndTheEdgeGoesOn(FuzzedDataProvider data) {
    var tested = new TestedReplica();
    var replica = tested.begun();
    var _ = TestedReplica.write(replica, "z/before");
    for (int i = 0; i < FRAMES_MAX && data.remainingBytes() > 0; i++) {
      try {
        take(data, replica);
      } catch (InvalidProtocolBufferException | InvalidInputException e) {
        // Refused: the stream ends.
      }
    }
    var _ = TestedReplica.write(replica, "z/after");
    var again = tested.restarted();
    again.recover();
  }

  private static void take(FuzzedDataProvider data, ReplicaDriver replica)
      throws InvalidProtocolBufferException {
    switch (data.consumeInt(0, 3)) {
      case 0 -> {
        var next = replica.progress().partitions().getFirst().cursor().revision() + 1;
        var batch =
            ChangeBatch.newBuilder().mergeFrom(bytes(data)).setPartition(0).setFromRevision(next);
        var _ = replica.apply(batch.build());
      }
      case 1 -> {
        var _ = replica.apply(ChangeBatch.parseFrom(bytes(data)));
      }
      case 2 -> {
        var _ = replica.loads().take(SnapshotFrame.parseFrom(bytes(data)));
      }
      default -> replica.loads().welcome(List.of(SnapshotNeeded.parseFrom(bytes(data))));
    }
  }

  private static byte[] bytes(FuzzedDataProvider data) {
    return data.consumeBytes(data.consumeInt(0, 300));
  }
}
