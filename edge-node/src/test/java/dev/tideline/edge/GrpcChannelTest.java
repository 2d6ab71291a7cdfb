package dev.tideline.edge;

import static dev.tideline.edge.GrpcCalls.get;
import static dev.tideline.edge.GrpcCalls.put;
import static dev.tideline.edge.GrpcCalls.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.NamespaceContract.Durability;
import dev.tideline.wire.v1.Value;
import dev.tideline.wire.v1.WriteAnswer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels of the service Data over real connections, with a hub that decides nothing. */
class GrpcChannelTest {

  @TempDir private static Path directory = Path.of("");
  private static ScriptedHub hub = new ScriptedHub();

  @SuppressWarnings("NullAway.Init")
  private static EdgeNode node;

  @SuppressWarnings("NullAway.Init")
  private static ManagedChannel connection;

  @BeforeAll
  static void start() {
    node = EdgeNodes.start("a", directory, hub.port());
    Awaitility.await().until(() -> node.status().catalog().known());
    connection = NettyChannelBuilder.forTarget(node.grpcAddress()).usePlaintext().build();
  }

  @AfterAll
  static void stop() {
    connection.shutdownNow();
    node.close();
    hub.close();
  }

  private static DataGrpc.DataBlockingStub client() {
    return DataGrpc.newBlockingStub(connection).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  @Test
  void aWriteThatWaitsForTheHubDoesNotDelayTheReadsBehindIt() {
    var answers = new ChannelCall();
    var requests = answers.open(DataGrpc.newStub(connection), Integer.MAX_VALUE);
    var slow =
        write(put("players", "z4/slow", "x").build()).toBuilder()
            .setAck(Durability.HUB)
            .setTimeoutMs(1_500)
            .build();
    requests.onNext(ChannelRequest.newBuilder().setNumber(1).setWrite(slow).build());
    requests.onNext(
        ChannelRequest.newBuilder().setNumber(2).setGet(get("players", "z4/slow")).build());
    requests.onNext(ChannelRequest.newBuilder().setNumber(3).build());
    requests.onNext(
        ChannelRequest.newBuilder().setNumber(4).setGet(get("nothing", "z4/x")).build());
    requests.onCompleted();
    answers.awaitEnd();
    assertThat(answers.received)
        .extracting(ChannelAnswer::getNumber)
        .containsExactly(2L, 3L, 4L, 1L);
    assertThat(answers.received.get(0).getGet().getValue().getBytes().toStringUtf8())
        .isEqualTo("x");
    assertThat(answers.received.get(1).getProblem().getCode()).isEqualTo("TL-MALFORMED");
    assertThat(answers.received.get(2).getProblem().getCode()).isEqualTo("TL-NAMESPACE-UNKNOWN");
    WriteAnswer late = answers.received.get(3).getWrite();
    assertThat(late.getReached()).isEqualTo(Durability.DISK);
    assertThat(late.getAsked()).isEqualTo(Durability.HUB);
    assertThat(answers.status.getCode()).isEqualTo(Status.Code.OK);
  }

  @Test
  void aClientThatDoesNotReadItsAnswersIsHeldBack() {
    var large = "x".repeat(60_000);
    client().write(write(put("players", "z5/large", large).build()));
    var answers = new ChannelCall();
    var requests = answers.open(DataGrpc.newStub(connection), 1);
    int sent = 0;
    while (sent < 3_000) {
      requests.onNext(
          ChannelRequest.newBuilder().setNumber(sent++).setGet(get("players", "z5/large")).build());
    }
    requests.onCompleted();
    Awaitility.await().until(() -> answers.received.size() == 1);
    assertThat(node.status().edge().text()).isEqualTo("a");
    answers.read(Integer.MAX_VALUE - 1);
    answers.awaitEnd();
    assertThat(answers.received).hasSize(sent);
  }

  @Test
  void aClientThatVanishesWithAWriteUnderWayHarmsNobody() {
    var other = NettyChannelBuilder.forTarget(node.grpcAddress()).usePlaintext().build();
    var slow =
        write(put("players", "z10/k", "x").build()).toBuilder().setAck(Durability.HUB).build();
    var answers = new ChannelCall();
    var requests = answers.open(DataGrpc.newStub(other), 10);
    requests.onNext(ChannelRequest.newBuilder().setNumber(1).setWrite(slow).build());
    Awaitility.await()
        .until(
            () ->
                client().get(get("players", "z10/k")).getValue().getContentCase()
                    == Value.ContentCase.BYTES);
    other.shutdownNow();
    answers.awaitEnd();
    assertThat(client().get(get("players", "z10/k")).getValue().getPendingLocal()).isTrue();
  }
}
