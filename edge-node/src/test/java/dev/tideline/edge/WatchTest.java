package dev.tideline.edge;

import static dev.tideline.edge.WatchCalls.add;
import static dev.tideline.edge.WatchCalls.await;
import static dev.tideline.edge.WatchCalls.change;
import static dev.tideline.edge.WatchCalls.changes;
import static dev.tideline.edge.WatchCalls.key;
import static dev.tideline.edge.WatchCalls.name;
import static dev.tideline.edge.WatchCalls.prefix;
import static dev.tideline.edge.WatchCalls.put;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.model.Durability;
import dev.tideline.model.Operation;
import dev.tideline.model.Receipt;
import dev.tideline.model.State;
import dev.tideline.wire.v1.Change;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.DataType;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.OwnVerdict;
import dev.tideline.wire.v1.Reason;
import dev.tideline.wire.v1.Verdict;
import dev.tideline.wire.v1.WatchAnswer.AnswerCase;
import dev.tideline.wire.v1.WatchRequest;
import dev.tideline.wire.v1.WatchedValue.Kind;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
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
    var watch = new WatchCall(connection, prefix("z1/").build());
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
    var watch = new WatchCall(connection, prefix("z1/").build());
    watch.awaitMark();
    hub.say(changes(1, change("z1/a", 1, "x"), change("z1/b", 1, "y"), change("z1x/a", 1, "no")));
    await(() -> watch.events().size() == 1);
    assertThat(watch.events().getFirst()).allMatch(value -> value.getKind() == Kind.COMMITTED);
    assertThat(watch.state()).isEqualTo(Map.of("z1/a", "x", "z1/b", "y"));
  }

  @Test
  void aWatchGoesOnWhereItEnded() {
    var first = new WatchCall(connection, key("z1/a").build());
    first.awaitMark();
    write(put("z1/a", "1"));
    await(() -> first.events().size() == 1);
    first.cancel();
    write(put("z1/a", "2"));
    write(put("z1/b", "of no interest"));
    write(put("z1/a", "3"));
    var second = new WatchCall(connection, key("z1/a").setResume(first.resume()).build());
    second.awaitMark();
    assertThat(second.kinds()).containsExactly(AnswerCase.EVENT, AnswerCase.EVENT, AnswerCase.MARK);
    assertThat(second.state()).isEqualTo(Map.of("z1/a", "3"));
    var third = new WatchCall(connection, key("z1/a").setResume(second.resume()).build());
    third.awaitMark();
    assertThat(third.kinds()).containsExactly(AnswerCase.MARK);
  }

  @Test
  void aWatchStartsOverWhereTheEdgeCannotSayWhatWasMissed() {
    var first = new WatchCall(connection, key("z1/a").build());
    first.awaitMark();
    var resume = first.resume();
    first.cancel();
    IntStream.range(0, 5_000).forEach(i -> write(put("z1/b", "v" + i)));
    write(put("z1/a", "1"));
    var second = new WatchCall(connection, key("z1/a").setResume(resume).build());
    second.awaitMark();
    assertThat(second.kinds())
        .containsExactly(AnswerCase.START_OVER, AnswerCase.STATE, AnswerCase.MARK);
    assertThat(second.state()).isEqualTo(Map.of("z1/a", "1"));
    connection.shutdownNow();
    node.close();
    node = start();
    connection = connect();
    var third = new WatchCall(connection, key("z1/a").setResume(second.resume()).build());
    third.awaitMark();
    assertThat(third.kinds().getFirst()).isEqualTo(AnswerCase.START_OVER);
    assertThat(third.state()).isEqualTo(Map.of("z1/a", "1"));
  }

  @Test
  void aClientThatDoesNotKeepUpIsLetGoAndMayResume() {
    var slow = new WatchCall(connection, prefix("z1/").build(), 3);
    await(() -> slow.answers.size() == 1);
    var large = "x".repeat(30_000);
    for (int i = 0; i < 500; i++) {
      write(put("z1/a", large + i));
    }
    slow.read();
    await(() -> slow.ended);
    assertThat(slow.status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    var again = new WatchCall(connection, prefix("z1/").setResume(slow.resume()).build());
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
    var watches =
        IntStream.range(0, 5)
            .mapToObj(i -> new WatchCall(connection, prefix("z1/").build()))
            .toList();
    watches.forEach(WatchCall::awaitMark);
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
          IntStream.range(0, 200).mapToObj(n -> new WatchCall(other, key("z1/a").build())).toList();
      watches.forEach(WatchCall::awaitMark);
      other.shutdownNow();
    }
    write(put("z1/a", "1"));
    var watch = new WatchCall(connection, key("z1/a").build());
    watch.awaitMark();
    assertThat(watch.state()).isEqualTo(Map.of("z1/a", "1"));
  }

  @Test
  void aWatchOfWhatCannotBeToldAnyMoreEndsAndOthersGoOn() {
    var concerned = new WatchCall(connection, prefix("z1/a").build());
    var other = new WatchCall(connection, key("z1/b").build());
    concerned.awaitMark();
    other.awaitMark();
    var unreadable =
        Change.newBuilder()
            .setNamespace("players")
            .setKey("z1/a1")
            .setRevision(1)
            .setType(DataType.MULTI)
            .build()
            .toByteString();

    hub.say(changes(1, change("z1/a2", 1, "half"), change("z1/b", 1, "1"), unreadable));
    await(() -> concerned.ended && other.events().size() == 1);
    assertThat(concerned.events()).isEmpty();
    assertThat(concerned.status.getDescription()).contains("could not be applied here");
    assertThat(other.state()).isEqualTo(Map.of("z1/b", "1"));
    var again = new WatchCall(connection, prefix("z1/a").build());
    await(() -> again.ended);
    assertThat(again.status.getDescription()).contains("could not be applied here");
    other.cancel();
    var resumed = new WatchCall(connection, key("z1/b").setResume(other.resume()).build());
    resumed.awaitMark();
    assertThat(resumed.kinds()).containsExactly(AnswerCase.MARK);
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
      var watch = new WatchCall(connection, bad.build());
      await(() -> watch.ended);
      assertThat(watch.status.getCode()).as("%s", bad).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
    var unknown =
        new WatchCall(
            connection, WatchRequest.newBuilder().addNamespaces("nix").setKey("a").build());
    await(() -> unknown.ended);
    assertThat(unknown.status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
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
}
