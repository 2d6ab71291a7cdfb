package dev.tideline.edge;

import static dev.tideline.edge.GrpcCalls.add;
import static dev.tideline.edge.GrpcCalls.assertRefused;
import static dev.tideline.edge.GrpcCalls.code;
import static dev.tideline.edge.GrpcCalls.get;
import static dev.tideline.edge.GrpcCalls.name;
import static dev.tideline.edge.GrpcCalls.put;
import static dev.tideline.edge.GrpcCalls.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.tideline.wire.v1.BatchGetRequest;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.Freshness;
import dev.tideline.wire.v1.NamespaceContract.Durability;
import dev.tideline.wire.v1.Operation;
import dev.tideline.wire.v1.Precondition;
import dev.tideline.wire.v1.ReceiptAnswer;
import dev.tideline.wire.v1.ReceiptRequest;
import dev.tideline.wire.v1.Value;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service Data over real connections, with a hub that decides nothing. */
class GrpcTest {

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
  void whatIsWrittenIsReadWithItsTypeAndVersion() {
    var written = client().write(write(put("players", "z1/a", "v").build()));
    assertThat(written.getReached()).isEqualTo(Durability.DISK);
    var read = client().get(get("players", "z1/a"));
    assertThat(read.getValue().getBytes().toStringUtf8()).isEqualTo("v");
    assertThat(read.getValue().getContentType()).isEqualTo("text/plain");
    assertThat(read.getValue().getPendingLocal()).isTrue();
    var unseen = precondition(Precondition.newBuilder().setAbsent(true));
    assertRefused(
        () -> client().write(write(put("players", "z1/a", "w").mergeFrom(unseen).build())),
        Status.Code.ABORTED,
        "TL-PRECONDITION-FAILED");
    var seen =
        precondition(Precondition.newBuilder().setVersionToken(read.getValue().getVersion()));
    assertThat(client().write(write(put("players", "z1/a", "w").mergeFrom(seen).build())))
        .isNotNull();
  }

  private static Operation precondition(Precondition.Builder condition) {
    return Operation.newBuilder().setPrecondition(condition).build();
  }

  @Test
  void aKeyThatWasNeverWrittenHoldsNothing() {
    var value = client().get(get("players", "z1/never")).getValue();
    assertThat(value.getContentCase()).isEqualTo(Value.ContentCase.CONTENT_NOT_SET);
    assertThat(value.getVersion().isEmpty()).isFalse();
  }

  @Test
  void severalOperationsAreOneWriteAndSeveralKeysOneRead() {
    client().write(write(add("z2/k", 5).build(), add("z2/k", -2).build(), add("z2/l", 7).build()));
    var read =
        client()
            .batchGet(
                BatchGetRequest.newBuilder()
                    .addKeys(name("stock", "z2/k"))
                    .addKeys(name("stock", "z2/l"))
                    .build());
    assertThat(read.getValuesList()).extracting(Value::getCounter).containsExactly(3L, 7L);
    assertThat(read.hasStalenessMs()).isFalse();
  }

  @Test
  void aReceiptTellsWhatBecameOfAWrite() {
    var receipt = client().write(write(add("z3/k", 1).build())).getReceipt();
    var asked = ReceiptRequest.newBuilder().setReceipt(receipt).build();
    assertThat(client().receipt(asked).getState()).isEqualTo(ReceiptAnswer.State.PENDING);
    assertRefused(
        () -> client().receipt(ReceiptRequest.newBuilder().setReceipt("x").build()),
        Status.Code.INVALID_ARGUMENT,
        "TL-RECEIPT-INVALID");
  }

  @Test
  void aDeadlineIsAnsweredBeforeItPassesWithTheLevelReached() {
    var request =
        write(put("players", "z6/k", "x").build()).toBuilder().setAck(Durability.HUB).build();
    var answer =
        DataGrpc.newBlockingStub(connection)
            .withDeadlineAfter(3_000, TimeUnit.MILLISECONDS)
            .write(request);
    assertThat(answer.getReached()).isEqualTo(Durability.DISK);
  }

  @Test
  void whatIsNotFreshEnoughIsRefused() {
    var version = client().write(write(add("z7/k", 1).build())).getVersion();
    var demand = Freshness.newBuilder().setAtLeast(version);
    var held = get("stock", "z7/k").toBuilder().setFreshness(demand).build();
    assertThat(client().get(held).getValue().getCounter()).isEqualTo(1);
    var never = Freshness.newBuilder().setMaxStalenessMs(1_000_000);
    assertRefused(
        () -> client().get(get("stock", "z7/k").toBuilder().setFreshness(never).build()),
        Status.Code.UNAVAILABLE,
        "TL-STALE");
    var nonsense = Freshness.newBuilder().setAtLeast(ByteString.copyFromUtf8("x"));
    assertRefused(
        () -> client().get(get("stock", "z7/k").toBuilder().setFreshness(nonsense).build()),
        Status.Code.INVALID_ARGUMENT,
        "TL-TOKEN-INVALID");
  }

  @Test
  void badRequestsAreRefusedAndNothingIsDone() {
    int before = node.status().backlog().count();
    var fields =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    for (var bad :
        List.of(
            write(),
            write(add("z8/k", 1).build(), add("z9/k", 1).build()),
            write(Operation.newBuilder().setNamespace("stock").setKey("z8/k").build()),
            write(add("z8/k", 1).setSeenRevision(4).build()),
            write(add("z8/k", 1).setUnknownFields(fields).build()),
            write(add("z8/k", 1).build()).toBuilder().setUnknownFields(fields).build(),
            write(add("z8/k", 1).build()).toBuilder().setTimeoutMs(-1).build(),
            write(add("z8/k", 1).build()).toBuilder().setAckValue(77).build(),
            write(add("", 1).build()),
            write(add("x".repeat(513), 1).build()))) {
      assertThatThrownBy(() -> client().write(bad))
          .as("%s", bad)
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused -> {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(code(refused)).startsWith("TL-");
              });
    }
    assertRefused(
        () -> client().write(write(put("stock", "z8/k", "x").build())),
        Status.Code.FAILED_PRECONDITION,
        "TL-OPERATION-NOT-ALLOWED");
    assertThat(node.status().backlog().count()).isEqualTo(before);
  }

  @Test
  void aMessageThatIsTooLargeOrNoMessageEndsItsCallAlone() {
    var huge = write(put("players", "z8/k", "x".repeat(5 << 20)).build());
    assertThatThrownBy(() -> client().write(huge)).isInstanceOf(StatusRuntimeException.class);
    var raw = DataGrpc.getGetMethod().toBuilder(new Raw(), new Raw()).build();
    assertThatThrownBy(
            () ->
                ClientCalls.blockingUnaryCall(
                    connection,
                    raw,
                    CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                    new byte[] {10, 127, 1}))
        .isInstanceOf(StatusRuntimeException.class);
    assertThat(client().get(get("players", "z8/k"))).isNotNull();
  }

  @Test
  void healthSaysServing() {
    assertThat(
            HealthGrpc.newBlockingStub(connection)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void reflectionNamesTheServicesAndTellsTheirFiles() {
    var list = ServerReflectionRequest.newBuilder().setListServices("").build();
    assertThat(reflected(list).getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains("tideline.v1.Data", "grpc.health.v1.Health");
    var symbol = ServerReflectionRequest.newBuilder().setFileContainingSymbol("tideline.v1.Data");
    assertThat(reflected(symbol.build()).getFileDescriptorResponse().getFileDescriptorProtoList())
        .anyMatch(file -> file.toStringUtf8().contains("BatchGetRequest"));
  }

  private static ServerReflectionResponse reflected(ServerReflectionRequest request) {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests =
        ServerReflectionGrpc.newStub(connection)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(request);
    requests.onCompleted();
    return answer.orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** Bytes as they are, good or not. */
  private static final class Raw implements MethodDescriptor.Marshaller<Object> {
    @Override
    public InputStream stream(Object value) {
      return new ByteArrayInputStream((byte[]) value);
    }

    @Override
    public Object parse(InputStream stream) {
      return "";
    }
  }
}
