package dev.tideline.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.model.Change;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.Key;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.Verdict;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchAnswer.AnswerCase;
import dev.tideline.wire.v1.WatchRequest;
import dev.tideline.wire.v1.WatchedValue;
import dev.tideline.wire.v1.WatchedValue.Kind;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches over real connections. */
class WatchTest {

  @TempDir private Path directory = Path.of("");
  private final ScriptedHub hub = new ScriptedHub();

  @SuppressWarnings("NullAway.Init")
  private EdgeNode node;

  @SuppressWarnings("NullAway.Init")
  private ManagedChannel connection;

  private EdgeNode start() {
    return EdgeNodes.start("a", directory, hub.port());
  }

  private ManagedChannel connect() {
    return NettyChannelBuilder.forTarget(node.grpcAddress()).usePlaintext().build();
  }

  @BeforeEach
  void begin() {
    node = start();
    connection = connect();
    await(() -> node.status().catalog().known());
  }

  @AfterEach
  void stop() {
    connection.shutdownNow();
    node.close();
    hub.close();
  }

  @Test
  void aWatchTellsTheStateThenAMarkThenWhatHappens() {
    write(put("z1x/a", "not of the zone"));
    hub.say(changes(1, change("z1/a", 1, "1"), change("z1/b", 1, "1")));
    await(() -> node.status().progress().partitions().stream().anyMatch(p -> p.hold() == 1));
    var watch = new Watch(prefix("z1/").build());
    watch.awaitMark();
    assertThat(watch.state()).isEqualTo(Map.of("z1/a", "1", "z1/b", "1"));
    var receipt = write(put("z1/a", "2"), add("z1/k", 5));
    write(put("z1x/a", "still not"));
    await(() -> watch.events().size() == 1);
    var local = watch.events().getFirst();
    assertThat(local).extracting(value -> value.getKey().getKey()).containsExactly("z1/a", "z1/k");
    assertThat(local).allMatch(value -> value.getKind() == Kind.LOCAL);
    assertThat(local).allMatch(value -> value.getValue().getPendingLocal());
    decide(receipt, Verdict.REJECTED);
    await(() -> watch.events().size() == 2);
    var back = watch.events().getLast();
    assertThat(back).extracting(value -> value.getKey().getKey()).containsExactly("z1/a", "z1/k");
    assertThat(back).allMatch(value -> value.getKind() == Kind.ROLLED_BACK);
    assertThat(watch.state()).isEqualTo(Map.of("z1/a", "1", "z1/b", "1"));
  }

  @Test
  void whatAnotherEdgeDidAtOnceIsOneEvent() {
    var watch = new Watch(prefix("z1/").build());
    watch.awaitMark();
    hub.say(changes(1, change("z1/a", 1, "x"), change("z1/b", 1, "y"), change("z1x/a", 1, "no")));
    await(() -> watch.events().size() == 1);
    assertThat(watch.events().getFirst()).allMatch(value -> value.getKind() == Kind.COMMITTED);
    assertThat(watch.state()).isEqualTo(Map.of("z1/a", "x", "z1/b", "y"));
  }

  @Test
  void aWatchGoesOnWhereItEnded() {
    var first = new Watch(key("z1/a").build());
    first.awaitMark();
    write(put("z1/a", "1"));
    await(() -> first.events().size() == 1);
    first.cancel();
    write(put("z1/a", "2"));
    write(put("z1/b", "of no interest"));
    write(put("z1/a", "3"));
    var second = new Watch(key("z1/a").setResume(first.resume()).build());
    second.awaitMark();
    assertThat(second.kinds()).containsExactly(AnswerCase.EVENT, AnswerCase.EVENT, AnswerCase.MARK);
    assertThat(second.state()).isEqualTo(Map.of("z1/a", "3"));
    var third = new Watch(key("z1/a").setResume(second.resume()).build());
    third.awaitMark();
    assertThat(third.kinds()).containsExactly(AnswerCase.MARK);
  }

  @Test
  void aWatchStartsOverWhereTheEdgeCannotSayWhatWasMissed() {
    var first = new Watch(key("z1/a").build());
    first.awaitMark();
    var resume = first.resume();
    first.cancel();
    IntStream.range(0, 5_000).forEach(i -> write(put("z1/b", "v" + i)));
    write(put("z1/a", "1"));
    var second = new Watch(key("z1/a").setResume(resume).build());
    second.awaitMark();
    assertThat(second.kinds())
        .containsExactly(AnswerCase.START_OVER, AnswerCase.STATE, AnswerCase.MARK);
    assertThat(second.state()).isEqualTo(Map.of("z1/a", "1"));
    connection.shutdownNow();
    node.close();
    node = start();
    connection = connect();
    var third = new Watch(key("z1/a").setResume(second.resume()).build());
    third.awaitMark();
    assertThat(third.kinds().getFirst()).isEqualTo(AnswerCase.START_OVER);
    assertThat(third.state()).isEqualTo(Map.of("z1/a", "1"));
  }

  @Test
  void aClientThatDoesNotKeepUpIsLetGoAndMayResume() {
    var slow = new Watch(prefix("z1/").build(), 3);
    await(() -> slow.answers.size() == 1);
    var large = "x".repeat(30_000);
    for (int i = 0; i < 500; i++) {
      write(put("z1/a", large + i));
    }
    slow.read();
    await(() -> slow.ended);
    assertThat(slow.status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    var again = new Watch(prefix("z1/").setResume(slow.resume()).build());
    again.awaitMark();
    assertThat(again.state().get("z1/a")).endsWith("x499");
  }

  @Test
  void aPictureTakenWhileOthersWriteIsRightFromItsMarkOn() {
    var writer =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 3_000; i++) {
                write(put("z1/" + i % 200, "v" + i), put("z1/" + (i + 7) % 200, "v" + i));
              }
            });
    var watches = IntStream.range(0, 5).mapToObj(i -> new Watch(prefix("z1/").build())).toList();
    watches.forEach(Watch::awaitMark);
    writer.join();
    var keys = IntStream.range(0, 200).mapToObj(i -> name("z1/" + i)).toList();
    var expected = new TreeMap<String, String>();
    for (var key : keys) {
      var read = (dev.tideline.edge.api.ReadResult.Read) node.read(key);
      var state = (State.Register) read.reading().state();
      expected.put(key.key().text(), state.version().value().toStringUtf8());
    }
    for (var watch : watches) {
      await(() -> watch.state().equals(expected));
    }
  }

  @Test
  void watchesThatVanishLeaveNothingBehind() {
    for (int i = 0; i < 3; i++) {
      var other = NettyChannelBuilder.forTarget(node.grpcAddress()).usePlaintext().build();
      var watches =
          IntStream.range(0, 200).mapToObj(n -> new Watch(other, key("z1/a").build())).toList();
      watches.forEach(Watch::awaitMark);
      other.shutdownNow();
    }
    write(put("z1/a", "1"));
    var watch = new Watch(key("z1/a").build());
    watch.awaitMark();
    assertThat(watch.state()).isEqualTo(Map.of("z1/a", "1"));
  }

  @Test
  void badRequestsAreRefused() {
    for (var bad :
        List.of(
            WatchRequest.newBuilder().setKey("z1/a"),
            WatchRequest.newBuilder().addNamespaces("players"),
            WatchRequest.newBuilder().addNamespaces("players").setPrefix("z1"),
            WatchRequest.newBuilder().addNamespaces("players").setPrefix("x".repeat(600)),
            key("z1/a").setResume(ByteString.copyFromUtf8("nonsense")))) {
      var watch = new Watch(bad.build());
      await(() -> watch.ended);
      assertThat(watch.status.getCode()).as("%s", bad).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
    var unknown = new Watch(WatchRequest.newBuilder().addNamespaces("nix").setKey("a").build());
    await(() -> unknown.ended);
    assertThat(unknown.status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
  }

  private static WatchRequest.Builder prefix(String text) {
    return WatchRequest.newBuilder()
        .addNamespaces("players")
        .addNamespaces("stock")
        .setPrefix(text);
  }

  private static WatchRequest.Builder key(String text) {
    return WatchRequest.newBuilder().addNamespaces("players").setKey(text);
  }

  private static QualifiedKey name(String key) {
    return new QualifiedKey("players", Key.of(key));
  }

  private static Operation put(String key, String value) {
    var bytes = ByteString.copyFromUtf8(value);
    return new Operation.Put(name(key), bytes, "text/plain", Precondition.NONE, 0);
  }

  private static Operation add(String key, long delta) {
    return new Operation.Add(new QualifiedKey("stock", Key.of(key)), delta, Precondition.NONE, 0);
  }

  /** Writes what is of one zone as one mutation, the rest each alone. */
  private Receipt write(Operation... operations) {
    var zone = operations[0].target().key().zone();
    var together =
        List.of(operations).stream().filter(o -> o.target().key().zone().equals(zone)).toList();
    for (var operation : operations) {
      if (!together.contains(operation)) {
        node.write(WriteRequest.of(operation).withAck(Durability.MEMORY));
      }
    }
    var written = node.write(WriteRequest.of(together).withAck(Durability.MEMORY));
    return ((WriteResult.Acknowledged) written).receipt();
  }

  /** The hub's second decision of the partition. */
  private void decide(Receipt receipt, Verdict verdict) {
    var id = receipt.id();
    var batch =
        ChangeBatch.newBuilder()
            .setPartition(receipt.partition())
            .setTerm(1)
            .setFromRevision(2)
            .setToRevision(2)
            .addIncluded(
                IncludedSequence.newBuilder()
                    .setIncarnation(id.incarnation())
                    .setSequence(id.sequence()))
            .addVerdicts(
                OwnVerdict.newBuilder()
                    .setIncarnation(id.incarnation())
                    .setSequence(id.sequence())
                    .setRevision(2)
                    .setVerdict(verdict)
                    .setReason(Reason.OVERFLOW));
    hub.say(HubFrame.newBuilder().setChangeBatch(batch).build());
  }

  private static ByteString change(String key, long revision, String value) {
    var origins = List.of(new MutationId(new EdgeId("b"), 1, revision));
    var version =
        new Version(
            origins, revision, new HybridTime(1), "", ByteString.copyFromUtf8(value), false);
    var change = new Change(name(key), DataType.REGISTER, revision, 0, new State.Register(version));
    return ChangeCodec.encode(change).toByteString();
  }

  private static HubFrame changes(long revision, ByteString... changes) {
    return HubFrame.newBuilder()
        .setChangeBatch(
            ChangeBatch.newBuilder()
                .setPartition(new Layout(64).partitionOf("z1"))
                .setTerm(1)
                .setFromRevision(revision)
                .setToRevision(revision)
                .addAllChanges(List.of(changes)))
        .build();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }

  /** A client that folds what it is told. */
  private final class Watch implements ClientResponseObserver<WatchRequest, WatchAnswer> {
    private final List<WatchAnswer> answers = new CopyOnWriteArrayList<>();
    private final int first;
    private volatile Status status = Status.UNKNOWN;
    private volatile boolean ended;

    @SuppressWarnings("NullAway.Init")
    private volatile ClientCallStreamObserver<WatchRequest> call;

    Watch(WatchRequest request) {
      this(request, Integer.MAX_VALUE);
    }

    Watch(WatchRequest request, int first) {
      this.first = first;
      DataGrpc.newStub(connection).watch(request, this);
    }

    Watch(ManagedChannel other, WatchRequest request) {
      first = Integer.MAX_VALUE;
      DataGrpc.newStub(other).watch(request, this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> stream) {
      stream.disableAutoRequestWithInitial(first);
      call = stream;
    }

    void read() {
      call.request(Integer.MAX_VALUE - first);
    }

    void cancel() {
      call.cancel("enough", null);
    }

    void awaitMark() {
      await(() -> kinds().contains(AnswerCase.MARK));
    }

    List<AnswerCase> kinds() {
      return answers.stream().map(WatchAnswer::getAnswerCase).toList();
    }

    List<List<WatchedValue>> events() {
      return answers.stream()
          .filter(WatchAnswer::hasEvent)
          .map(answer -> answer.getEvent().getValuesList())
          .toList();
    }

    ByteString resume() {
      return answers.stream()
          .map(WatchAnswer::getResume)
          .filter(resume -> !resume.isEmpty())
          .reduce(ByteString.EMPTY, (before, after) -> after);
    }

    Map<String, String> state() {
      var state = new TreeMap<String, String>();
      for (var answer : answers) {
        if (answer.hasStartOver()) {
          state.clear();
        }
        answer.getState().getValuesList().forEach(value -> take(value, state));
        answer.getEvent().getValuesList().forEach(value -> take(value, state));
      }
      return state;
    }

    private void take(WatchedValue told, Map<String, String> state) {
      switch (told.getValue().getContentCase()) {
        case BYTES -> state.put(told.getKey().getKey(), told.getValue().getBytes().toStringUtf8());
        case COUNTER ->
            state.put(told.getKey().getKey(), Long.toString(told.getValue().getCounter()));
        case CONTENT_NOT_SET -> state.remove(told.getKey().getKey());
      }
    }

    @Override
    public void onNext(WatchAnswer answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      status = Status.fromThrowable(failure);
      ended = true;
    }

    @Override
    public void onCompleted() {
      status = Status.OK;
      ended = true;
    }
  }
}
