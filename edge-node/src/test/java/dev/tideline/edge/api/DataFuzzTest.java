package dev.tideline.edge.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Layout;
import dev.tideline.model.NamespaceContract;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Refusals;
import dev.tideline.wire.v1.BatchGetRequest;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.Freshness;
import dev.tideline.wire.v1.GetRequest;
import dev.tideline.wire.v1.KeyName;
import dev.tideline.wire.v1.Operation;
import dev.tideline.wire.v1.OperationKind;
import dev.tideline.wire.v1.Precondition;
import dev.tideline.wire.v1.WriteRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients of gRPC, and bodies of batches, hold: answered, or refused for what it is. */
class DataFuzzTest {

  private static final TestedGateway TESTED = new TestedGateway(Integer.MAX_VALUE);

  @SuppressWarnings("NullAway.Init")
  private static DataCalls calls;

  @BeforeAll
  static void start() {
    var replica = TESTED.replica();
    replica.recover();
    replica.begin(1, "boot");
    var catalog =
        new Catalog(
            1,
            List.of(
                new NamespaceContract("players", DataType.REGISTER, Durability.MEMORY, 1024, 1),
                new NamespaceContract("stock", DataType.COUNTER, Durability.MEMORY, 1024, 1)));
    replica.welcome(new Layout(64), Optional.of(catalog), HybridTime.ZERO);
    calls = new DataCalls(TESTED.gateway(replica), new Refusals(new Metrics(), HttpApi.REFUSALS));
  }

  @AfterAll
  static void stop() {
    TESTED.close();
  }

  @MethodSource("requests")
  @FuzzTest(maxDuration = "5m")
  void aRequestIsAnsweredOrRefusedForWhatItIs(byte[] bytes) {
    try {
      var request = ChannelRequest.parseFrom(bytes);
      switch (request.getRequestCase()) {
        case GET -> calls.get(request.getGet(), Duration.ZERO).join();
        case BATCH_GET -> calls.batchGet(request.getBatchGet(), Duration.ZERO).join();
        case WRITE -> {
          // Without a hub its level would be waited for.
          var write = DataCodec.write(request.getWrite()).withHubTimeout(Duration.ZERO);
          var _ = calls.write(write);
        }
        case REQUEST_NOT_SET -> {}
      }
    } catch (InvalidProtocolBufferException | RefusedException e) {
      // Refused.
    } catch (CompletionException e) {
      assertThat(e).hasCauseInstanceOf(RefusedException.class);
    }
  }

  static Stream<byte[]> requests() {
    var name = KeyName.newBuilder().setNamespace("players").setKey("z1/ann");
    var token = ByteString.copyFromUtf8("token");
    var put =
        Operation.newBuilder()
            .setNamespace("players")
            .setKey("z1/ann")
            .setKind(OperationKind.PUT)
            .setValue(ByteString.copyFromUtf8("at the gate"))
            .setPrecondition(Precondition.newBuilder().setVersionToken(token));
    var add =
        Operation.newBuilder()
            .setNamespace("stock")
            .setKey("z1/apples")
            .setKind(OperationKind.ADD)
            .setDelta(5);
    return Stream.of(
            ChannelRequest.newBuilder()
                .setGet(
                    GetRequest.newBuilder()
                        .setKey(name)
                        .setFreshness(Freshness.newBuilder().setAtLeast(token))),
            ChannelRequest.newBuilder()
                .setBatchGet(BatchGetRequest.newBuilder().addKeys(name).addKeys(name)),
            ChannelRequest.newBuilder()
                .setWrite(
                    WriteRequest.newBuilder()
                        .addOperations(put)
                        .addOperations(add)
                        .setIdempotencyKey("k")))
        .map(request -> request.build().toByteArray());
  }

  @MethodSource("batches")
  @FuzzTest(maxDuration = "5m")
  void aBatchInJsonIsReadOrRefused(byte[] bytes) {
    try {
      var body = HttpBodies.object(ByteString.copyFrom(bytes), "an object");
      assertThat(BatchBody.operations(body)).allSatisfy(it -> assertThat(it).isNotNull());
    } catch (RefusedException e) {
      assertThat(e.refusal().detail()).isNotBlank();
    }
  }

  static Stream<byte[]> batches() {
    return Stream.of(
            """
            {"operations":[{"namespace":"players","key":"z1/a","op":"put","value":"v"},
             {"namespace":"stock","key":"z1/b","op":"add","delta":5,"ifNoneMatch":"*"}]}
            """,
            """
            {"operations":[{"namespace":"p","key":"z1/a","op":"put","base64":"AA==",
             "contentType":"a/b"},{"namespace":"p","key":"z1/a","op":"delete","ifMatch":"*"}]}
            """)
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
