package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Made;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.edge.replica.Reading;
import dev.tideline.model.QualifiedKey;
import java.util.List;

/**
 * What an edge shows of a key.
 *
 * @param pending its mutations of the key's partition that are not decided at its cursor
 * @param uncertain whether some of them are of an incarnation that the hub has forgotten, or the
 *     hub went on without them: until the edge has heard of that, they may or may not be shown
 */
record Answer(
    EdgeMachine edge,
    QualifiedKey key,
    int partition,
    Reading reading,
    long stalenessMs,
    List<Made> pending,
    boolean uncertain) {

  /** The revision of the partition that it shows. */
  long cursor() {
    return reading.token().context().seen().revision();
  }

  /** Whether what should be shown cannot be said. */
  boolean cannotBeJudged() {
    return uncertain || reachesUnheld();
  }

  /**
   * Whether an atomic mutation waits that also touches what its edge does not show: what that key
   * holds there, hence whether a rule rejects all of it, is nobody's business.
   */
  private boolean reachesUnheld() {
    if (pending.isEmpty()) {
      return false;
    }
    var ready = edge.stations().orElseThrow().replica().loads().ready();
    for (var one : pending) {
      var keys = one.mutation().targets();
      if (keys.size() > 1 && !keys.stream().allMatch(ready::covers)) {
        return true;
      }
    }
    return false;
  }
}
