package dev.tideline.hub.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.codec.Ids;
import dev.tideline.codec.InterestCodec;
import dev.tideline.model.Interests;
import dev.tideline.model.Position;
import dev.tideline.model.XxHash64;
import dev.tideline.wire.v1.SnapshotToken;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/** Where a snapshot that was cut can go on. */
final class ResumeTokens {

  private ResumeTokens() {}

  /** What must be the same for a walk to go on: the hub's term, the table's layout, the scope. */
  record Place(long term, long tableLayout, long scopeHash) {}

  static ByteString encode(Place place, int segment, List<Position> starts) {
    var token =
        SnapshotToken.newBuilder()
            .setTerm(place.term())
            .setTableLayout(place.tableLayout())
            .setScopeHash(place.scopeHash())
            .setSegment(segment);
    starts.forEach(start -> token.addStarts(Ids.encode(start)));
    return token.build().toByteString();
  }

  /** The token, if a walk here can go on from it. */
  static Optional<SnapshotToken> decode(
      ByteString bytes, Place here, int partitions, int segments) {
    try {
      var token = SnapshotToken.parseFrom(bytes);
      var place = new Place(token.getTerm(), token.getTableLayout(), token.getScopeHash());
      boolean fits =
          place.equals(here)
              && token.getStartsCount() == partitions
              && token.getStartsList().stream().allMatch(start -> start.getRevision() >= 0)
              && Integer.compareUnsigned(token.getSegment(), segments) <= 0;
      return fits ? Optional.of(token) : Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  static long hash(Interests scope) {
    var bytes = new ByteArrayOutputStream();
    for (var interest : InterestCodec.encode(scope.all())) {
      bytes.writeBytes(interest.toByteArray());
      bytes.write(0);
    }
    return XxHash64.hash(bytes.toByteArray());
  }
}
