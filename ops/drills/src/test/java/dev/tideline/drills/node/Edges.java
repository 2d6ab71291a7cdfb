package dev.tideline.drills.node;

import com.google.protobuf.ByteString;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Real edges in this process, and what tests do with them. */
final class Edges {

  private Edges() {}

  static EdgeNode start(String id, Path directory, int hubPort, String... settings) {
    var given = new HashMap<String, String>();
    given.put("edge.id", id);
    given.put("data.dir", directory.resolve(id).toString());
    given.put("hub", "127.0.0.1:" + hubPort);
    given.put("http.port", "0");
    given.put("grpc.port", "0");
    given.put("log.generation-bytes", Long.toString(20L << 20));
    given.put("log.reserve-bytes", "0");
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    return EdgeNode.start(EdgeConfig.read(given, Map.of()));
  }

  static QualifiedKey player(String key) {
    return new QualifiedKey("players", Key.of(key));
  }

  static QualifiedKey stock(String key) {
    return new QualifiedKey("inventory", Key.of(key));
  }

  static void put(EdgeNode edge, String key, String value) {
    accepted(edge, operation(key, value));
  }

  /** Puts the same value under several keys of one zone, at once. */
  static void putTogether(EdgeNode edge, String value, String... keys) {
    accepted(edge, Stream.of(keys).map(key -> operation(key, value)).toArray(Operation[]::new));
  }

  private static Operation operation(String key, String value) {
    var bytes = ByteString.copyFromUtf8(value);
    return new Operation.Put(player(key), bytes, "text/plain", Precondition.NONE, 0);
  }

  static void delete(EdgeNode edge, String key) {
    accepted(edge, new Operation.Delete(player(key), Precondition.NONE, 0));
  }

  static void add(EdgeNode edge, String key, long delta) {
    accepted(edge, new Operation.Add(stock(key), delta, Precondition.NONE, 0));
  }

  private static void accepted(EdgeNode edge, Operation... operations) {
    var result = edge.write(WriteRequest.of(List.of(operations)));
    if (!(result instanceof WriteResult.Acknowledged)) {
      throw new AssertionError(result);
    }
  }

  /** The text of a register, the number of a counter, empty if there is none, else the refusal. */
  static String read(EdgeNode edge, QualifiedKey key) {
    return text(edge.read(key));
  }

  static String text(ReadResult result) {
    return switch (result) {
      case ReadResult.Read read -> text(read.reading().state());
      case ReadResult.Refused refused -> refused.refusal().code().code();
    };
  }

  static String text(State state) {
    return switch (state) {
      case State.Register register when !register.dead() ->
          register.version().value().toStringUtf8();
      case State.Counter counter -> Long.toString(counter.sum());
      default -> "";
    };
  }

  /** Everything that the edge wrote has been decided, and the edge knows it. */
  static void settle(EdgeNode edge) {
    await(() -> edge.status().backlog().count() == 0);
  }

  static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }

  /** The condition holds, and goes on to hold for longer than a node needs to take a frame. */
  static void stays(Callable<Boolean> condition) {
    Awaitility.await()
        .during(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }
}
