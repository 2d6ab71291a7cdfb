package dev.tideline.benchmarks;

import dev.tideline.benchmarks.Bench.Plan;
import dev.tideline.rig.Rig;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.NamespaceContract.Durability;
import dev.tideline.wire.v1.Operation;
import dev.tideline.wire.v1.OperationKind;
import dev.tideline.wire.v1.WriteRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Writes of 128 bytes to random keys, one at a time over an open gRPC stream, from this JVM to an
 * edge in a JVM of its own, by what the acknowledgement means.
 */
final class WriteSuite {

  private final Rig rig;
  private final ClosedLoop loop;

  WriteSuite(Rig rig, Plan plan, Consumer<String> progress) {
    this.rig = rig;
    loop = new ClosedLoop(plan, progress);
  }

  List<BenchRow> run() {
    var rows = new ArrayList<BenchRow>();
    try (var client = new ChannelClient(rig.edges().getFirst().grpcPort())) {
      for (var level : List.of(Durability.MEMORY, Durability.DISK, Durability.HUB)) {
        rows.add(
            loop.measure(
                level.name().toLowerCase(Locale.ROOT),
                client,
                key -> write(key, level),
                answer -> answer.getWrite().getReached() == level));
      }
    }
    return rows;
  }

  private static ChannelRequest.Builder write(int key, Durability level) {
    var put =
        Operation.newBuilder()
            .setNamespace(Workload.NAMESPACE)
            .setKey(Workload.keyText(key))
            .setKind(OperationKind.PUT)
            .setContentType("application/octet-stream")
            .setValue(Workload.value(key, 0));
    return ChannelRequest.newBuilder()
        .setWrite(WriteRequest.newBuilder().addOperations(put).setAck(level));
  }
}
