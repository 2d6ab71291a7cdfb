package dev.tideline.drills.sim.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.ChangeCodec;
import dev.tideline.codec.Ids;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.Version;
import dev.tideline.wire.v1.Change;
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
            .map(CutTime::change)
            .flatMap(change -> change.state().written().stream())
            .filter(version -> version.origins().contains(id))
            .map(Version::time);
    return Stream.concat(written, lost).findFirst();
  }

  private static dev.tideline.model.Change change(ByteString bytes) {
    try {
      return ChangeCodec.decode(Change.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a change in a checked record cannot be read", e);
    }
  }
}
