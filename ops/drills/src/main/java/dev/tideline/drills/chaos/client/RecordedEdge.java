package dev.tideline.drills.chaos.client;

import dev.tideline.client.Ack;
import dev.tideline.client.Bytes;
import dev.tideline.client.EdgeClient;
import dev.tideline.client.Problem;
import dev.tideline.client.Reply;
import dev.tideline.client.Value;
import dev.tideline.client.Write;
import dev.tideline.client.WriteOptions;
import dev.tideline.client.Written;
import dev.tideline.drills.chaos.history.History;
import dev.tideline.drills.chaos.history.Operation;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** An edge as one client sees it: every request and its outcome goes into the history. */
public final class RecordedEdge {

  public static final String COUNTERS = "inventory";
  public static final String REGISTERS = "players";

  /** With these the edge may have journaled the write although it failed. */
  private static final Set<String> UNCERTAIN = Set.of("TL-UNCERTAIN", "TL-INTERNAL");

  private final String client;
  private final String id;
  private final EdgeClient edge;
  private final History history;

  /** One edge in the eyes of one client. */
  public RecordedEdge(String client, String id, EdgeClient edge, History history) {
    this.client = client;
    this.id = id;
    this.edge = edge;
    this.history = history;
  }

  /** Adds. */
  public Outcome add(String key, Action.Add add, Optional<Ack> level) {
    var options = with(WriteOptions.keyed(add.intent()), level);
    var write = new Write(COUNTERS, key, new Write.Action.Add(add.delta()), options);
    return record(COUNTERS + "/" + key, add, () -> written(edge.write(write)));
  }

  /**
   * Replaces a value by one that no other operation writes.
   *
   * @param size of the value in characters, or as short as can be
   */
  public Outcome put(String key, int size, Optional<Ack> level) {
    var value = UniqueValue.name(client, history.nextNumber(), size);
    var put = new Write.Action.Put(Bytes.utf8(UniqueValue.text(value)), "text/plain");
    var write = new Write(REGISTERS, key, put, with(WriteOptions.NONE, level));
    return record(REGISTERS + "/" + key, new Action.Put(value), () -> written(edge.write(write)));
  }

  /** Reads. */
  public Outcome read(String namespace, String key) {
    return record(namespace + "/" + key, new Action.Read(), () -> shown(edge.get(namespace, key)));
  }

  private static WriteOptions with(WriteOptions options, Optional<Ack> level) {
    return level.map(options::ack).orElse(options);
  }

  private Outcome record(String key, Action action, Supplier<Outcome> request) {
    long startNs = history.nowNs();
    var outcome = request.get();
    history.add(
        new Operation(
            history.nextNumber(), client, id, key, action, outcome, startNs, history.nowNs()));
    return outcome;
  }

  private static Outcome written(Reply<Written> reply) {
    return switch (reply) {
      case Reply.Ok<Written>(var written) ->
          new Outcome.Acknowledged(level(written.ack()), written.receipt());
      case Reply.Refused<Written>(var problem) when hadNoEffect(problem) ->
          new Outcome.Refused(problem.code());
      case Reply.Refused<Written>(var problem) -> new Outcome.Unknown(problem.sentence());
      case Reply.Unreachable<Written>(var address, var reason, var sent) ->
          sent ? new Outcome.Unknown(reason) : new Outcome.Refused(reason);
    };
  }

  private static Operation.Level level(Ack ack) {
    return switch (ack) {
      case MEMORY -> Operation.Level.MEMORY;
      case DISK -> Operation.Level.DISK;
      case HUB -> Operation.Level.HUB;
    };
  }

  private static boolean hadNoEffect(Problem problem) {
    return problem.code().startsWith("TL-")
        && !UNCERTAIN.contains(problem.code())
        && problem.receipt().isEmpty();
  }

  private static Outcome shown(Reply<Value> reply) {
    return switch (reply) {
      case Reply.Ok<Value>(var value) ->
          new Outcome.Value(UniqueValue.nameOf(value.bytes().text()));
      case Reply.Refused<Value>(var problem) when problem.code().equals("TL-KEY-UNKNOWN") ->
          new Outcome.Value("");
      case Reply.Refused<Value>(var problem) -> new Outcome.Refused(problem.code());
      case Reply.Unreachable<Value>(var address, var reason, var sent) ->
          new Outcome.Unknown(reason);
    };
  }
}
