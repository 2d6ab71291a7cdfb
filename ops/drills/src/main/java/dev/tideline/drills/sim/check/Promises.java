package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.model.Durability;
import dev.tideline.model.MutationId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What was acknowledged, and to what. */
final class Promises {

  private final Findings findings;
  private final History history;
  private final Map<MutationId, Durability> given = new LinkedHashMap<>();

  Promises(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  /** An edge acknowledges a mutation that lies at a position of its journal. */
  void acknowledged(
      MutationId id, Durability level, EdgeMachine edge, long position, HubMachine hub) {
    given.merge(id, level, (one, other) -> one.compareTo(other) > 0 ? one : other);
    if (level == Durability.DISK) {
      findings.require(
          edge.journal().durable() >= position,
          Invariant.NOTHING_LOST,
          "%s is acknowledged as DISK and not synced",
          id);
    }
    if (level == Durability.HUB) {
      var decided = history.decided(id);
      findings.require(
          decided.isPresent() && decided.get().position() <= hub.log().durable(),
          Invariant.NOTHING_LOST,
          "%s is acknowledged as HUB and not durable there",
          id);
    }
  }

  /**
   * A journal has lost mutations.
   *
   * @param with the whole disk, not only with what it had not synced
   * @param hubDurable position up to which the change log is durable
   */
  void lost(Set<MutationId> gone, boolean with, long hubDurable) {
    for (var id : gone) {
      var level = given.get(id);
      boolean decided = history.decided(id).filter(it -> it.position() <= hubDurable).isPresent();
      if (level != null && !decided) {
        findings.require(
            level == Durability.MEMORY || (level == Durability.DISK && with),
            Invariant.NOTHING_LOST,
            "%s was acknowledged as %s and is lost",
            id,
            level);
        given.remove(id);
      }
    }
  }

  /** In the end. */
  void check() {
    given.forEach(
        (id, level) ->
            findings.require(
                history.decided(id).isPresent(),
                Invariant.NOTHING_LOST,
                "%s was acknowledged as %s and is never decided",
                id,
                level));
  }
}
