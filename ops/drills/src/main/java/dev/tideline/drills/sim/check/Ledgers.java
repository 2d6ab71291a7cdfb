package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.node.EdgeMachine;
import java.util.HashMap;
import java.util.Map;

/** What the journals of all machines hold. */
final class Ledgers {

  private final History history;
  private final Map<EdgeMachine, EdgeLedger> all = new HashMap<>();

  Ledgers(History history) {
    this.history = history;
  }

  EdgeLedger of(EdgeMachine edge) {
    return all.computeIfAbsent(edge, any -> new EdgeLedger(history));
  }
}
