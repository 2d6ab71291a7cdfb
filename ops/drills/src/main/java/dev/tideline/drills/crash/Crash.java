package dev.tideline.drills.crash;

import dev.tideline.drills.chaos.history.Operation;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * A moment at which all machines of a site went down.
 *
 * @param atNs what had ended before is acknowledged
 * @param untilNs what had begun before may be on an image
 */
record Crash(long atNs, long untilNs) {

  /** What clients may say of what they did before. */
  List<Operation> before(List<Operation> operations) {
    var kept = new ArrayList<Operation>();
    for (var operation : operations) {
      if (operation.endNs() <= atNs) {
        kept.add(operation);
      } else if (operation.startNs() <= untilNs && !(operation.action() instanceof Action.Read)) {
        kept.add(with(operation, new Outcome.Unknown("the machine went down")));
      }
    }
    return kept;
  }

  /** The same where only what the hub has acknowledged is certain. */
  static List<Operation> asTheHubKnows(List<Operation> operations) {
    return operations.stream()
        .map(
            each ->
                each.outcome() instanceof Outcome.Acknowledged(var level, var receipt)
                        && level != Operation.Level.HUB
                    ? with(each, new Outcome.Unknown("acknowledged by the edge alone"))
                    : each)
        .toList();
  }

  private static Operation with(Operation operation, Outcome outcome) {
    return new Operation(
        operation.number(),
        operation.client(),
        operation.edge(),
        operation.key(),
        operation.action(),
        outcome,
        operation.startNs(),
        operation.endNs());
  }
}
