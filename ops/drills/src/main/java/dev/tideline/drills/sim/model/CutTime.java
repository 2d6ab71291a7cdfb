package dev.tideline.drills.sim.model;

import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.Decision;
import java.util.Optional;
import java.util.stream.Stream;

/** The time that the hub gave to a mutation whose own was too far ahead. */
final class CutTime {

  private CutTime() {}

  /** As it appears in what the decision wrote, or lost; empty if it did neither. */
  static Optional<HybridTime> of(MutationId id, Decision decision) {
    var lost =
        decision.getConflictsList().stream()
            .flatMap(conflict -> Stream.of(conflict.getWinner(), conflict.getLoser()))
            .filter(version -> version.getOriginsList().contains(Ids.encode(id)))
            .map(version -> new HybridTime(version.getHybridTime()));
    var written =
        decision.getChangesList().stream()
            .map(ChangeCodec::decode)
            .flatMap(change -> change.state().written().stream())
            .filter(version -> version.origins().contains(id))
            .map(Version::time);
    return Stream.concat(written, lost).findFirst();
  }
}
