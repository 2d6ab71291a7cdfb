package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.world.Life;
import dev.tideline.model.QualifiedKey;
import java.util.HashMap;
import java.util.Map;

/**
 * A client that brings a token is answered with at least what it had seen, and one that stays at a
 * process never sees less than before.
 */
final class Sessions implements Check {

  private final Findings findings;
  private final History history;
  private final Map<Life, long[]> shown = new HashMap<>();

  Sessions(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  @Override
  public Invariant invariant() {
    return Invariant.SESSIONS;
  }

  @Override
  public void answered(Answer answer) {
    var life = answer.edge().life();
    if (life.isEmpty()) {
      return;
    }
    var cursors = shown.computeIfAbsent(life.get(), of -> new long[history.layout().partitions()]);
    long before = cursors[answer.partition()];
    findings.require(
        answer.cursor() >= before,
        invariant(),
        "%s showed partition %d at %d, and shows it at %d",
        answer.edge().name(),
        answer.partition(),
        before,
        answer.cursor());
    cursors[answer.partition()] = answer.cursor();
  }

  /** The hub was set back: what was shown may be gone. */
  void forget() {
    shown.clear();
  }

  /**
   * An answer to a client that had seen something elsewhere. What the hub had passed over nobody
   * could see any more: clients forget what they saw before it was set back.
   */
  void roamed(EdgeMachine edge, EdgeLedger ledger, QualifiedKey key, Seen seen, long cursor) {
    int partition = history.layout().partitionOf(key.key().zone());
    boolean all = seen.revision() <= cursor;
    for (var one : history.madeIn(partition, seen)) {
      all &= one.decidedBy(cursor) || ledger.position(one.id()) > 0 || history.isPassedOver(one);
    }
    findings.require(
        all,
        invariant(),
        "%s answers for %s at %d to a client that saw %s",
        edge.name(),
        key,
        cursor,
        seen);
  }
}
