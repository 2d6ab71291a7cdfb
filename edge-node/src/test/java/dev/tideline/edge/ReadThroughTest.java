package dev.tideline.edge;

import static dev.tideline.edge.GrpcCalls.add;
import static dev.tideline.edge.GrpcCalls.assertRefused;
import static dev.tideline.edge.GrpcCalls.get;
import static dev.tideline.edge.GrpcCalls.name;
import static dev.tideline.edge.GrpcCalls.put;
import static dev.tideline.edge.GrpcCalls.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.TokenCodec;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.model.Change;
import dev.tideline.model.Context;
import dev.tideline.model.DataType;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.model.VersionToken;
import dev.tideline.wire.v1.BatchGetRequest;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Freshness;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.KeyName;
import dev.tideline.wire.v1.ReadAnswer;
import dev.tideline.wire.v1.ReadThrough;
import dev.tideline.wire.v1.Value;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that read what the edge does not hold, with a hub that answers when the test says so. */
class ReadThroughTest {

  private static final long TERM = 7;
  private static final int REVISION = 41;
  private static final int PARTITION = new Layout(64).partitionOf("far");

  @TempDir private Path directory = Path.of("");
  private final ScriptedHub hub = new ScriptedHub();
  private final Queue<ReadThrough> asked = new ConcurrentLinkedQueue<>();
  private volatile boolean silent;

  @SuppressWarnings("NullAway.Init")
  private EdgeNode node;

  @SuppressWarnings("NullAway.Init")
  private ManagedChannel connection;

  @BeforeEach
  void start() {
    hub.answerWith(this::react);
    node = EdgeNodes.start("a", directory, hub.port(), "interest", "zone=here");
    Awaitility.await().until(() -> node.status().catalog().known());
    connection = NettyChannelBuilder.forTarget(node.grpcAddress()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    connection.shutdownNow();
    node.close();
    hub.close();
  }

  private Optional<HubFrame> react(EdgeFrame frame) {
    if (!frame.hasReadThrough()) {
      return ScriptedHub.beat(frame);
    }
    asked.add(frame.getReadThrough());
    return silent ? Optional.empty() : Optional.of(answer(frame.getReadThrough()));
  }

  /** Every counter stands at 5. */
  private static HubFrame answer(ReadThrough read) {
    return answer(read, 5, List.of());
  }

  private static HubFrame answer(ReadThrough read, long sum, List<IncludedSequence> included) {
    var answer =
        ReadAnswer.newBuilder()
            .setRequest(read.getRequest())
            .addAllIncluded(included)
            .setAsOf(
                dev.tideline.wire.v1.Position.newBuilder().setTerm(TERM).setRevision(REVISION));
    var first = new QualifiedKey(read.getNamespace(), Key.of(read.getKey()));
    if (first.namespace().equals("stock")) {
      answer.setChange(ChangeCodec.message(counter(first, sum)));
    }
    for (var target : read.getFurtherList()) {
      var further = ReadAnswer.Found.newBuilder();
      if (target.getNamespace().equals("stock")) {
        var key = new QualifiedKey(target.getNamespace(), Key.of(target.getKey()));
        further.setChange(ChangeCodec.message(counter(key, sum)));
      }
      answer.addFurther(further);
    }
    return HubFrame.newBuilder().setReadAnswer(answer).build();
  }

  private static Change counter(QualifiedKey key, long sum) {
    var origin = new MutationId(new EdgeId("b"), 1, 1);
    var time = HybridTime.ZERO;
    var version = new Version(List.of(origin), REVISION, time, "", ByteString.EMPTY, false);
    return new Change(key, DataType.COUNTER, REVISION, 0, new State.Counter(sum, version, 0));
  }

  private DataGrpc.DataBlockingStub client() {
    return DataGrpc.newBlockingStub(connection).withDeadlineAfter(10, TimeUnit.SECONDS);
  }

  @Test
  void overHttpTheHubIsAskedAndTheAnswerSaysSo() {
    var answer = HttpCalls.send(node, "GET", "/v1/stock/far/k", "");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("5");
    assertThat(answer.headers())
        .containsEntry("tideline-source", "hub")
        .containsEntry("tideline-as-of-revision", "41")
        .containsEntry("tideline-pending-local", "false")
        .containsKey("etag");
    assertThat(Long.parseLong(answer.headers().getOrDefault("tideline-staleness-ms", "")))
        .isLessThan(2_000);
    assertThat(HttpCalls.send(node, "GET", "/v1/players/far/nobody", "").status()).isEqualTo(404);
    assertThat(HttpCalls.send(node, "GET", "/v1/players/here/nobody", "").headers())
        .doesNotContainKey("tideline-source");
    assertThat(asked).hasSize(2);
  }

  @Test
  void whatIsWrittenHereIsInTheAnswerBeforeTheHubKnowsOfIt() {
    assertThat(HttpCalls.send(node, "POST", "/v1/stock/far/k:add", "{\"delta\":2}").status())
        .isEqualTo(200);
    var answer = HttpCalls.send(node, "GET", "/v1/stock/far/k", "");
    assertThat(answer.body()).isEqualTo("7");
    assertThat(answer.headers()).containsEntry("tideline-pending-local", "true");
  }

  @Test
  void anOwnWriteThatWasDecidedWhileTheAnswerTravelledIsNotMissing() {
    silent = true;
    HttpCalls.send(node, "POST", "/v1/stock/far/k:add", "{\"delta\":2}");
    var reading = node.readThrough(new QualifiedKey("stock", Key.of("far/k")));
    Awaitility.await().until(() -> asked.size() == 1);
    hub.say(HubFrame.newBuilder().setChangeBatch(included()).build());
    Awaitility.await().until(() -> node.status().backlog().count() == 0);
    hub.say(answer(asked.remove()));
    Awaitility.await().until(() -> asked.size() == 1);
    hub.say(answer(asked.remove(), 7, included().getIncludedList()));
    assertThat(reading.join())
        .isInstanceOfSatisfying(
            ReadResult.Read.class,
            read ->
                assertThat(read.reading().state())
                    .isInstanceOfSatisfying(
                        State.Counter.class, counter -> assertThat(counter.sum()).isEqualTo(7)));
  }

  /** The hub has decided the only write of the edge. */
  private ChangeBatch included() {
    return ChangeBatch.newBuilder()
        .setPartition(PARTITION)
        .setTerm(TERM)
        .setFromRevision(1)
        .setToRevision(REVISION + 1)
        .addIncluded(
            IncludedSequence.newBuilder()
                .setIncarnation(node.status().progress().incarnation())
                .setSequence(1))
        .build();
  }

  @Test
  void aHubThatDoesNotAnswerInTimeIsARefusalThatSaysSo() {
    silent = true;
    var answer = HttpCalls.send(node, "GET", "/v1/stock/far/k?timeout=150ms", "");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers()).containsKey("retry-after");
    assertThat(answer.body())
        .contains("TL-OUT-OF-INTEREST")
        .contains("did not answer within 150 ms")
        .contains("at an edge that holds the key");
    assertRefused(
        () ->
            DataGrpc.newBlockingStub(connection)
                .withDeadlineAfter(1, TimeUnit.SECONDS)
                .get(get("stock", "far/k")),
        Status.Code.UNAVAILABLE,
        "TL-OUT-OF-INTEREST");
  }

  @Test
  void withoutAHubTheReaderIsToldAtOnce() {
    hub.close();
    Awaitility.await().until(() -> !node.status().hub().state().name().equals("CONNECTED"));
    var answer = HttpCalls.send(node, "GET", "/v1/stock/far/k?timeout=60s", "");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("the hub is not connected");
    assertThat(HttpCalls.send(node, "GET", "/v1/stock/here/k", "").status()).isEqualTo(404);
  }

  @Test
  void anAnswerThatTheHubOwesDelaysNoOtherAnswerOfTheChannel() {
    client().write(write(put("players", "here/a", "v").build()));
    silent = true;
    var call = new ChannelCall();
    var requests = call.open(DataGrpc.newStub(connection), Integer.MAX_VALUE);
    requests.onNext(request(1, "stock", "far/k"));
    Awaitility.await().until(() -> !asked.isEmpty());
    requests.onNext(request(2, "players", "here/a"));
    Awaitility.await().until(() -> call.received.size() == 1);
    assertThat(call.received.getFirst().getNumber()).isEqualTo(2);
    assertThat(call.received.getFirst().getGet().getFromHub()).isFalse();
    hub.say(answer(asked.element()));
    requests.onCompleted();
    call.awaitEnd();
    assertThat(call.received).extracting(ChannelAnswer::getNumber).containsExactly(2L, 1L);
    var got = call.received.getLast().getGet();
    assertThat(got.getFromHub()).isTrue();
    assertThat(got.getValue().getCounter()).isEqualTo(5);
    assertThat(got.getAsOfRevision()).isEqualTo(REVISION);
  }

  private static ChannelRequest request(long number, String namespace, String key) {
    return ChannelRequest.newBuilder().setNumber(number).setGet(get(namespace, key)).build();
  }

  @Test
  void severalKeysOfAZoneAreReadOfTheHubTogetherWithWhatIsWrittenHere() {
    client().write(write(add("far/a", 2).build(), add("far/b", 3).build()));
    var request = batch(name("stock", "far/b"), name("players", "far/n"), name("stock", "far/a"));
    var answer = client().batchGet(request);
    assertThat(asked).as("one question for all").hasSize(1);
    assertThat(answer.getFromHub()).isTrue();
    assertThat(answer.getAsOfRevision()).isEqualTo(REVISION);
    assertThat(answer.getValuesList()).extracting(Value::getCounter).containsExactly(8L, 0L, 7L);
    assertThat(answer.getValues(1).hasCounter()).isFalse();
    assertThat(answer.getValuesList())
        .extracting(Value::getPendingLocal)
        .containsExactly(true, false, true);
  }

  @Test
  void aConditionOnAKeyThatIsNotHeldIsRefusedForNobodyHereCanJudgeIt() {
    var read = HttpCalls.send(node, "GET", "/v1/stock/far/k", "");
    var tag = "If-Match: " + read.headers().getOrDefault("etag", "");
    for (var condition : List.of(tag, "If-Match: *", "If-None-Match: *")) {
      var answer = HttpCalls.send(node, "POST", "/v1/stock/far/k:add", "{\"delta\":1}", condition);
      assertThat(answer.status()).as(condition).isEqualTo(503);
      assertThat(answer.body()).contains("TL-OUT-OF-INTEREST").contains("holds the key");
    }
    assertThat(node.status().backlog().count()).as("nothing was written").isZero();
    assertThat(HttpCalls.send(node, "POST", "/v1/stock/far/k:add", "{\"delta\":1}").status())
        .isEqualTo(200);
  }

  @Test
  void severalKeysThatAreAllHeldAreNotAskedFor() {
    var answer = client().batchGet(batch(name("stock", "here/a"), name("stock", "here/b")));
    assertThat(answer.getFromHub()).isFalse();
    assertThat(asked).isEmpty();
  }

  @Test
  void aReadOfSeveralKeysThatTheHubDoesNotAnswerIsRefusedInTime() {
    silent = true;
    var request = batch(name("stock", "far/k")).toBuilder().setTimeoutMs(100).build();
    assertRefused(() -> client().batchGet(request), Status.Code.UNAVAILABLE, "TL-OUT-OF-INTEREST");
    var call = new ChannelCall();
    var requests = call.open(DataGrpc.newStub(connection), Integer.MAX_VALUE);
    requests.onNext(ChannelRequest.newBuilder().setNumber(1).setBatchGet(request).build());
    requests.onCompleted();
    call.awaitEnd();
    assertThat(call.received.getFirst().getProblem().getCode()).isEqualTo("TL-OUT-OF-INTEREST");
  }

  @Test
  void keysWhoseValuesAreTooLargeTogetherAreRefused() {
    hub.answerWith(
        frame ->
            frame.hasReadThrough()
                ? Optional.of(
                    HubFrame.newBuilder()
                        .setReadAnswer(
                            ReadAnswer.newBuilder()
                                .setRequest(frame.getReadThrough().getRequest())
                                .setTooLarge(true))
                        .build())
                : ScriptedHub.beat(frame));
    assertRefused(
        () -> client().batchGet(batch(name("stock", "far/a"), name("stock", "far/b"))),
        Status.Code.INVALID_ARGUMENT,
        "TL-TOO-LARGE");
  }

  private static BatchGetRequest batch(KeyName.Builder... names) {
    var request = BatchGetRequest.newBuilder();
    for (var each : names) {
      request.addKeys(each);
    }
    return request.build();
  }

  @Test
  void whatAReadDemandsIsDemandedOfTheHubsAnswer() {
    for (var demand :
        List.of(
            Freshness.newBuilder().setMaxStalenessMs(2_000).build(),
            Freshness.newBuilder().setAtLeast(seen(REVISION)).build())) {
      var asks = get("stock", "far/k").toBuilder().setFreshness(demand).build();
      assertThat(client().get(asks).getValue().getCounter()).isEqualTo(5);
    }
    var more = Freshness.newBuilder().setAtLeast(seen(REVISION + 1));
    assertRefused(
        () -> client().get(get("stock", "far/k").toBuilder().setFreshness(more).build()),
        Status.Code.UNAVAILABLE,
        "TL-STALE");
  }

  private static ByteString seen(long revision) {
    var context = new Context(new Position(TERM, revision), List.of());
    return TokenCodec.encode(new VersionToken(PARTITION, context, HybridTime.ZERO));
  }

  @Test
  void overHttpAReadDemandsTheSame() {
    var path = "/v1/stock/far/k?maxStaleness=2s&atLeast=";
    var tag = HttpCalls.send(node, "GET", "/v1/stock/far/k", "").headers().getOrDefault("etag", "");
    assertThat(HttpCalls.send(node, "GET", path + tag.replace("\"", "%22"), "").body())
        .isEqualTo("5");
    var later = TokenCodec.toText(seen(REVISION + 1));
    var refused = HttpCalls.send(node, "GET", path + later, "");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body()).contains("TL-STALE").contains("where the token comes from");
    var here = HttpCalls.send(node, "GET", "/v1/stock/here/k?maxStaleness=5s", "");
    assertThat(here.status()).isEqualTo(503);
    assertThat(here.body()).contains("TL-STALE").contains("never been caught up");
    assertThat(here.headers()).containsKey("retry-after");
  }

  @ParameterizedTest
  @CsvSource({
    "maxStaleness=5, up to 86400s",
    "maxStaleness=-1s, up to 86400s",
    "maxStaleness=99999999999999s, up to 86400s",
    "timeout=61s, up to 60s",
    "atLeast=nonsense, TL-TOKEN-INVALID",
    "atLeast=, TL-TOKEN-INVALID",
    "atleast=x, 'parameters: maxStaleness, atLeast, timeout'",
    "timeout=1s&timeout=2s, comes twice",
    "ack=hub, there is no parameter",
    "maxStaleness, has no value",
    "maxStaleness=1s&timeout, has no value",
  })
  void aDemandThatIsNoneIsRefusedAndNobodyIsAsked(String query, String says) {
    var answer = HttpCalls.send(node, "GET", "/v1/stock/far/k?" + query, "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains(says);
    assertThat(asked).isEmpty();
  }

  @Test
  void aSillyTimeoutIsRefused() {
    assertRefused(
        () -> client().get(get("stock", "far/k").toBuilder().setTimeoutMs(60_001).build()),
        Status.Code.INVALID_ARGUMENT,
        "TL-MALFORMED");
  }
}
