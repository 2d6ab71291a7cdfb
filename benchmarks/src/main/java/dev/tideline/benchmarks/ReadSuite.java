package dev.tideline.benchmarks;

import dev.tideline.benchmarks.Bench.Plan;
import dev.tideline.client.Reply;
import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.replica.ReadBuffer;
import dev.tideline.model.Key;
import dev.tideline.model.QualifiedKey;
import dev.tideline.rig.Rig;
import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.GetRequest;
import dev.tideline.wire.v1.KeyName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads of random keys, every one of which is there: embedded through {@link EdgeNode}, and from
 * this JVM over the network at an edge in a JVM of its own.
 */
final class ReadSuite {

  private final Rig rig;
  private final Plan plan;
  private final Consumer<String> progress;
  private final ClosedLoop loop;

  ReadSuite(Rig rig, Plan plan, Consumer<String> progress) {
    this.rig = rig;
    this.plan = plan;
    this.progress = progress;
    loop = new ClosedLoop(plan, progress);
  }

  List<BenchRow> run() {
    var rows = new ArrayList<BenchRow>();
    try (var edge = EmbeddedEdge.start("writer", rig)) {
      progress.accept("  writing %,d keys …".formatted(plan.keys()));
      Workload.fill(edge, 0, plan.keys(), plan.keys());
      Workload.await(() -> edge.status().backlog().count() == 0);
      rows.add(embedded(edge));
    }
    var head = rig.hub().client().revisions().orThrow();
    var other = rig.edges().getFirst();
    Workload.await(() -> other.client().node().orThrow().revisions().equals(head));
    try (var client = new ChannelClient(other.grpcPort())) {
      rows.add(
          loop.measure(
              "stream",
              client,
              key -> ChannelRequest.newBuilder().setGet(get(key)),
              ChannelAnswer::hasGet));
      rows.add(loop.measure("unary", key -> client.get(get(key))));
    }
    rows.add(loop.measure("http", this::http));
    return rows;
  }

  /**
   * A million keys would lie scattered over the heap, and fetching one from there takes as long as
   * fetching its value. Who reads a key has just been given it: so its bytes are looked at before.
   */
  private BenchRow embedded(EdgeNode edge) {
    var keys = new QualifiedKey[plan.keys()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Workload.key(i);
    }
    var buffer = new ReadBuffer();
    var atHand = new byte[Key.BYTES_MAX];
    return loop.measure(
        "embedded",
        key -> keys[key].key().copyTo(atHand, 0),
        key -> {
          if (edge.read(keys[key], buffer).isPresent()) {
            throw new IllegalStateException("a read was refused");
          }
        });
  }

  private static GetRequest get(int key) {
    return GetRequest.newBuilder()
        .setKey(KeyName.newBuilder().setNamespace(Workload.NAMESPACE).setKey(Workload.keyText(key)))
        .build();
  }

  private void http(int key) {
    var reply = rig.edges().getFirst().client().get(Workload.NAMESPACE, Workload.keyText(key));
    if (!(reply instanceof Reply.Ok)) {
      throw new IllegalStateException("a read was not answered: " + reply);
    }
  }
}
