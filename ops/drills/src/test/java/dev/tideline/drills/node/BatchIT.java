package dev.tideline.drills.node;

import static dev.tideline.drills.node.Edges.await;
import static dev.tideline.drills.node.Edges.player;
import static dev.tideline.drills.node.Edges.read;
import static dev.tideline.drills.node.Edges.settle;
import static dev.tideline.drills.node.Edges.stock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.edge.EdgeNode;
import dev.tideline.hub.OpenHub;
import dev.tideline.wire.v1.BatchGetRequest;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.KeyName;
import dev.tideline.wire.v1.Operation;
import dev.tideline.wire.v1.OperationKind;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchRequest;
import dev.tideline.wire.v1.WriteRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches from one edge to another, as clients make and see them. */
@Timeout(120)
final class BatchIT {

  private static final int BATCHES = 400;

  @TempDir private Path directory = Path.of("");

  @Test
  void nobodyAtTheOtherEdgeSeesHalfOfABatch() {
    try (var hub = new OpenHub();
        var here = Edges.start("here", directory, hub.port());
        var there = Edges.start("there", directory, hub.port())) {
      await(() -> here.status().catalog().known() && there.status().catalog().known());
      var writing = connect(here);
      var reading = connect(there);
      try {
        var watched = DataGrpc.newBlockingStub(reading).watch(watch());
        while (!watched.next().hasMark()) {
          // Nothing happens before the watch has begun.
        }
        var writer = CompletableFuture.runAsync(() -> transfer(here, writing));
        var reader = CompletableFuture.supplyAsync(() -> readUntilAllIsThere(there, reading));
        int events = 0;
        long left = 0;
        while (left > -BATCHES) {
          var answer = watched.next();
          if (answer.hasEvent()) {
            left = assertWhole(answer);
            events++;
          }
        }
        assertThat(events).isPositive();
        writer.join();
        assertThat(reader.join()).as("reads").isPositive();
      } finally {
        writing.shutdownNow();
        reading.shutdownNow();
      }
    }
  }

  /** Moves one from left to right, by turns over gRPC and HTTP. */
  private static void transfer(EdgeNode edge, ManagedChannel connection) {
    var both =
        WriteRequest.newBuilder().addOperations(add("left", -1)).addOperations(add("right", 1));
    for (int i = 0; i < BATCHES; i++) {
      if (i % 2 == 0) {
        var _ = DataGrpc.newBlockingStub(connection).write(both.build());
      } else {
        var answer =
            batch(
                edge,
                """
                {"operations":[
                  {"namespace":"inventory","key":"z/left","op":"add","delta":-1},
                  {"namespace":"inventory","key":"z/right","op":"add","delta":1}]}
                """);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      }
    }
  }

  private static Operation add(String key, long delta) {
    return Operation.newBuilder()
        .setNamespace("inventory")
        .setKey("z/" + key)
        .setKind(OperationKind.ADD)
        .setDelta(delta)
        .build();
  }

  private static int readUntilAllIsThere(EdgeNode edge, ManagedChannel connection) {
    var request = BatchGetRequest.newBuilder().addKeys(name("left")).addKeys(name("right")).build();
    int reads = 0;
    long left = 0;
    while (left > -BATCHES) {
      var values =
          DataGrpc.newBlockingStub(connection).batchGet(request).getValuesList().stream()
              .map(Value::getCounter)
              .toList();
      assertThat(values.getFirst() + values.getLast()).as("%s", values).isZero();
      var embedded = new ArrayList<Long>();
      for (var key : edge.readAll(List.of(stock("z/left"), stock("z/right")))) {
        var text = Edges.text(key);
        embedded.add(text.isEmpty() ? 0 : Long.parseLong(text));
      }
      assertThat(embedded.getFirst() + embedded.getLast()).as("%s", embedded).isZero();
      left = values.getFirst();
      reads++;
    }
    return reads;
  }

  /** The value on the left. */
  private static long assertWhole(WatchAnswer answer) {
    var values = answer.getEvent().getValuesList();
    assertThat(values).extracting(told -> told.getKey().getKey()).hasSize(2);
    long left = 0;
    long sum = 0;
    for (var told : values) {
      sum += told.getValue().getCounter();
      left = told.getKey().getKey().equals("z/left") ? told.getValue().getCounter() : left;
    }
    assertThat(sum).as("%s", values).isZero();
    return left;
  }

  private static KeyName name(String key) {
    return KeyName.newBuilder().setNamespace("inventory").setKey("z/" + key).build();
  }

  private static WatchRequest watch() {
    return WatchRequest.newBuilder().addNamespaces("inventory").setPrefix("z/").build();
  }

  private static ManagedChannel connect(EdgeNode edge) {
    return NettyChannelBuilder.forTarget(edge.grpcAddress()).usePlaintext().build();
  }

  @Test
  void aBatchOfWhichOneConditionFailsIsNowhereToBeSeen() {
    try (var hub = new OpenHub();
        var here = Edges.start("here", directory, hub.port());
        var there = Edges.start("there", directory, hub.port())) {
      await(() -> here.status().catalog().known() && there.status().catalog().known());
      var refused =
          batch(
              here,
              """
              {"operations":[
                {"namespace":"players","key":"z/a","op":"put","value":"x"},
                {"namespace":"players","key":"z/b","op":"put","value":"x","ifMatch":"*"}]}
              """);
      assertThat(refused.statusCode()).isEqualTo(412);
      var behind =
          """
          {"operations":[{"namespace":"players","key":"z/c","op":"put","value":"y"}]}
          """;
      assertThat(batch(here, behind).statusCode()).isEqualTo(200);
      settle(here);
      await(() -> read(there, player("z/c")).equals("y"));
      assertThat(read(here, player("z/a"))).isEmpty();
      assertThat(read(there, player("z/a"))).isEmpty();
      assertThat(hub.read(player("z/a")).dead()).isTrue();
    }
  }

  private static HttpResponse<String> batch(EdgeNode edge, String body) {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(edge.httpAddress() + "/v1/batch"))
              .POST(BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
