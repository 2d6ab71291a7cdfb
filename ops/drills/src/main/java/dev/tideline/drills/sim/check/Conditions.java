package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Cell;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Seen;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.model.Precondition;
import dev.tideline.runtime.ErrorCode;
import java.util.Optional;

/** An edge takes a write just when what its client demands of the key holds in the edge's view. */
final class Conditions {

  private final Findings findings;
  private final History history;

  Conditions(Findings findings, History history) {
    this.findings = findings;
    this.history = history;
  }

  /**
   * Whether what is demanded of a key holds; empty if that cannot be said.
   *
   * @param answer what the edge shows of the key
   * @param seen what the client saw
   */
  Optional<Boolean> hold(Answer answer, Precondition demanded, Seen seen) {
    var cell = history.view(answer.key(), answer.cursor(), answer.pending());
    if (answer.cannotBeJudged() || cell instanceof Cell.Sum) {
      return Optional.empty();
    }
    boolean alive = cell instanceof Cell.Value value && !value.dead();
    return switch (demanded) {
      case Precondition.None none -> Optional.of(true);
      case Precondition.Absent absent -> Optional.of(!alive);
      case Precondition.Present present -> Optional.of(alive);
      // Who did not see a tombstone cannot know whether it is still held.
      case Precondition.Match match ->
          alive || cell instanceof Cell.Nothing
              ? Optional.of(!alive || seen.saw(cell))
              : Optional.empty();
    };
  }

  /** What became of a write. */
  void judged(Answer answer, Precondition demanded, boolean hold, WriteResult result) {
    boolean taken = result instanceof WriteResult.Acknowledged;
    boolean failed =
        result instanceof WriteResult.Refused(var refusal)
            && refusal.code() == ErrorCode.PRECONDITION_FAILED;
    findings.require(
        hold ? !failed : !taken,
        Invariant.CAUSALITY,
        "%s, at %d of %s, %s a write that demands %s",
        answer.edge().name(),
        answer.cursor(),
        answer.key(),
        taken ? "takes" : "refuses",
        demanded.getClass().getSimpleName());
  }
}
