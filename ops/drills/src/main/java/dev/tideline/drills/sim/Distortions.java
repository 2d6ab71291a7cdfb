package dev.tideline.drills.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.tideline.drills.sim.world.Tamper;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.EdgeCheckpoint;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubCheckpoint;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.JournalRecord;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotStart;
import dev.tideline.wire.v1.Welcome;
import java.util.HashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What {@link Bug}s do to records, frames and checkpoints. */
final class Distortions {

  static final Tamper LYING =
      new Tamper() {
        @Override
        public boolean liesAboutSync() {
          return true;
        }
      };

  static Tamper cutting(int more) {
    return new Tamper() {
      @Override
      public long truncation(long position) {
        return position + more;
      }
    };
  }

  static Tamper writing(UnaryOperator<ByteString> instead) {
    return new Tamper() {
      @Override
      public ByteString record(ByteString record) {
        return instead.apply(record);
      }
    };
  }

  static EdgeFrame hello(EdgeFrame frame, Consumer<Hello.Builder> change) {
    if (!frame.hasHello()) {
      return frame;
    }
    var hello = frame.getHello().toBuilder();
    change.accept(hello);
    return frame.toBuilder().setHello(hello).build();
  }

  /** The beginning of a snapshot with something else in it. */
  static SnapshotFrame start(SnapshotFrame frame, Consumer<SnapshotStart.Builder> change) {
    if (!frame.hasStart()) {
      return frame;
    }
    var start = frame.getStart().toBuilder();
    change.accept(start);
    return SnapshotFrame.newBuilder().setStart(start).build();
  }

  static HubFrame welcome(HubFrame frame, Consumer<Welcome.Builder> change) {
    if (!frame.hasWelcome()) {
      return frame;
    }
    var welcome = frame.getWelcome().toBuilder();
    change.accept(welcome);
    return frame.toBuilder().setWelcome(welcome).build();
  }

  static HubFrame changes(HubFrame frame, UnaryOperator<ChangeBatch> instead) {
    return frame.hasChangeBatch()
        ? HubFrame.newBuilder().setChangeBatch(instead.apply(frame.getChangeBatch())).build()
        : frame;
  }

  static ChangeBatch withoutLast(ChangeBatch batch) {
    var fewer = batch.getChangesList().subList(0, batch.getChangesCount() - 1);
    return batch.toBuilder().clearChanges().addAllChanges(fewer).build();
  }

  static void shareWatermarks(Welcome.Builder welcome) {
    var highest = new HashMap<Long, Long>();
    for (var mark : welcome.getWatermarksList()) {
      highest.merge(mark.getIncarnation(), mark.getSequence(), Math::max);
    }
    welcome
        .getWatermarksBuilderList()
        .forEach(mark -> mark.setSequence(highest.getOrDefault(mark.getIncarnation(), 0L)));
  }

  static void streamLater(Welcome.Builder welcome) {
    for (var start : welcome.getStartsBuilderList()) {
      if (start.hasSnapshot()) {
        var after = start.getSnapshotBuilder().getStreamAfterBuilder();
        after.setRevision(after.getRevision() + 3);
      }
    }
  }

  static ByteString withoutEqual(ByteString bytes) {
    var record = parse(JournalRecord.parser(), bytes).toBuilder();
    if (record.hasBegun()) {
      record
          .getBegunBuilder()
          .getForkedBuilderList()
          .forEach(ForkedIncarnation.Builder::clearEqual);
    }
    return record.build().toByteString();
  }

  static ByteString withoutWatermarks(ByteString bytes) {
    var record = parse(ChangeLogRecord.parser(), bytes).toBuilder();
    if (record.hasDecisions()) {
      record.getDecisionsBuilder().clearWatermarks();
    }
    return record.build().toByteString();
  }

  static ByteString withoutChanges(ByteString bytes) {
    var record = parse(ApplyRecord.parser(), bytes).toBuilder();
    if (record.hasChanges() && record.getChanges().getToRevision() % 5 == 0) {
      record.getChangesBuilder().clearChanges();
    }
    return record.build().toByteString();
  }

  static ByteString withoutIncluded(ByteString bytes) {
    var record = parse(ApplyRecord.parser(), bytes).toBuilder();
    if (record.hasChanges()) {
      record.getChangesBuilder().clearIncluded();
    }
    return record.build().toByteString();
  }

  static HubCheckpoint hubPart(ByteString state) {
    return parse(HubCheckpoint.parser(), state);
  }

  static EdgeCheckpoint edgePart(ByteString state) {
    return parse(EdgeCheckpoint.parser(), state);
  }

  private static <T> T parse(Parser<T> parser, ByteString bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private Distortions() {}
}
