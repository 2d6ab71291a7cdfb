package dev.tideline.drills.chaos;

import dev.tideline.drills.chaos.client.ChaosClients;
import dev.tideline.drills.chaos.client.RecordedEdge;
import dev.tideline.rig.RigEdge;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * A watcher that does not read: the edge must not keep for it what it cannot send, but close it as
 * too slow, while everybody else goes on.
 */
final class SlowReader {
  private static final int VALUE_SIZE = 30_000;

  /** Far more than an edge keeps for one watch, and than fits into the connection. */
  private static final int VALUES = 400;

  private final Field field;

  SlowReader(Field field) {
    this.field = field;
  }

  void dawdle(Random random) throws InterruptedException {
    var edge = field.anyEdge(random);
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", edge.grpcPort()).usePlaintext().build();
    try {
      var key = ChaosClients.KEYS.get(random.nextInt(ChaosClients.KEYS.size()));
      var closed = new CompletableFuture<Status>();
      var call = channel.newCall(DataGrpc.getWatchMethod(), CallOptions.DEFAULT);
      watch(call, key, closed);
      field.say("a watcher of %s at edge %s does not read".formatted(key, edge.id()));
      write(edge, key);
      call.request(Integer.MAX_VALUE);
      Field.await("the watcher that does not read is closed", closed::isDone);
      if (closed.join().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
        throw new IllegalStateException("the slow watcher was closed as " + closed.join());
      }
      field.say("the watcher is closed as too slow; the edge goes on");
    } finally {
      channel.shutdownNow();
    }
  }

  private static void watch(
      ClientCall<WatchRequest, WatchAnswer> call, String key, CompletableFuture<Status> closed) {
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.complete(status);
          }
        },
        new Metadata());
    call.sendMessage(
        WatchRequest.newBuilder().addNamespaces(RecordedEdge.REGISTERS).setKey(key).build());
    call.halfClose();
    call.request(1);
  }

  private void write(RigEdge edge, String key) {
    var recorded = field.recorded("beside the watcher", edge);
    for (int i = 0; i < VALUES; i++) {
      recorded.put(key, VALUE_SIZE, Optional.empty());
    }
  }
}
