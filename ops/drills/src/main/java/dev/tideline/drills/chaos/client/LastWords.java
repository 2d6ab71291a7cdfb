package dev.tideline.drills.chaos.client;

import dev.tideline.client.ReceiptStatus;
import dev.tideline.client.Reply;
import dev.tideline.client.Value;
import dev.tideline.drills.chaos.history.FinalState;
import dev.tideline.drills.chaos.history.Operation;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import dev.tideline.drills.check.Installation;
import dev.tideline.drills.check.Parallel;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Asks every node for every key, and edges for every receipt, over their own ports. */
public final class LastWords {

  private final Installation installation;
  private final Map<String, Map<String, String>> values = new ConcurrentHashMap<>();
  private final Map<String, String> receipts = new ConcurrentHashMap<>();

  private LastWords(Installation installation) {
    this.installation = installation;
  }

  /** What they say. */
  public static FinalState of(Installation installation, Collection<Operation> operations) {
    var words = new LastWords(installation);
    Parallel.forEach(operations.stream().map(Operation::key).distinct().toList(), words::askForKey);
    Parallel.forEach(operations, words::askForReceipt);
    return new FinalState(words.values, words.receipts);
  }

  private void askForKey(String name) {
    int slash = name.indexOf('/');
    var namespace = name.substring(0, slash);
    var key = name.substring(slash + 1);
    var told = new TreeMap<String, String>();
    told.put(FinalState.HUB, text(installation.hub().get(namespace, key)));
    for (var edge : installation.edges()) {
      told.put(edge.id(), text(edge.client().get(namespace, key)));
    }
    values.put(name, told);
  }

  private void askForReceipt(Operation operation) {
    if (operation.outcome() instanceof Outcome.Acknowledged(var level, var receipt)) {
      var edges = installation.edges();
      var at =
          edges.stream()
              .filter(edge -> edge.id().equals(operation.edge()))
              .findFirst()
              .orElseGet(edges::getFirst);
      receipts.computeIfAbsent(receipt, one -> text(at.client().receipt(one)));
    }
  }

  /** What a node said, in words. */
  public static String text(Object reply) {
    return switch (reply) {
      case Reply.Ok<?>(Value value) -> UniqueValue.nameOf(value.bytes().text());
      case Reply.Ok<?>(ReceiptStatus status) ->
          (status.state() + " " + status.verdict().orElse("")).strip();
      case Reply.Refused<?>(var problem) when problem.code().equals("TL-KEY-UNKNOWN") -> "";
      case Reply.Refused<?>(var problem) -> "!" + problem.sentence();
      default -> "!" + reply;
    };
  }
}
