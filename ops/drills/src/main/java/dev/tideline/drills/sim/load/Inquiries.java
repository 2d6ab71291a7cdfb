package dev.tideline.drills.sim.load;

import dev.tideline.drills.sim.check.ClientAudit;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.replica.ReceiptState;
import dev.tideline.model.MutationId;
import dev.tideline.model.Receipt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Clients that ask, at any edge and at any time, what became of a write. */
final class Inquiries {

  private static final int KEPT_MAX = 60;

  private final World world;
  private final Dice dice;
  private final ClientAudit audit;
  private final List<Kept> receipts = new ArrayList<>();
  private final Map<Integer, Life> unanswered = new LinkedHashMap<>();
  private int asked;
  private boolean inconclusive;

  /**
   * What the acknowledgement of a write handed out.
   *
   * @param name what the write is called, whoever else was given its id
   */
  private record Kept(Receipt receipt, MutationId name) {}

  Inquiries(World world, Dice dice, ClientAudit audit) {
    this.world = world;
    this.dice = dice;
    this.audit = audit;
  }

  /** A write was acknowledged: it takes the place of any, so that old ones are asked for, too. */
  void keep(Receipt receipt, MutationId name) {
    var kept = new Kept(receipt, name);
    if (receipts.size() < KEPT_MAX) {
      receipts.add(kept);
    } else {
      receipts.set(dice.below(KEPT_MAX), kept);
    }
  }

  /** One of them asks. */
  void act(EdgeMachine edge) {
    if (!receipts.isEmpty()) {
      ask(edge, dice.oneOf(receipts), false);
    }
  }

  /**
   * All ask everywhere: nothing is under way any more. What was issued again is rare: all of it.
   */
  void askAll(List<EdgeMachine> edges) {
    inconclusive = false;
    for (var edge : edges) {
      receipts.forEach(one -> ask(edge, one, true));
      audit.issuedAgain().forEach((name, receipt) -> ask(edge, new Kept(receipt, name), true));
    }
  }

  /** Whether somebody waits for an answer who has not hung up. */
  boolean anyUnanswered() {
    unanswered.values().removeIf(Life::over);
    return !unanswered.isEmpty();
  }

  /** Whether somebody has heard, since all asked, that nobody knows yet. */
  boolean anyInconclusive() {
    return inconclusive;
  }

  private void ask(EdgeMachine edge, Kept of, boolean last) {
    int number = asked++;
    unanswered.put(number, edge.life().orElseThrow());
    world.tell(edge.name(), "is asked what became of " + of.receipt());
    var _ =
        edge.stations()
            .orElseThrow()
            .gateway()
            .receiptLater(of.receipt())
            .thenAccept(
                state -> {
                  unanswered.remove(number);
                  inconclusive |=
                      state instanceof ReceiptState.Unreachable
                          || state instanceof ReceiptState.Pending;
                  world.tell(edge.name(), "says that " + of.receipt() + " is " + state);
                  audit.receipt(edge, of.name(), state, last);
                });
  }
}
