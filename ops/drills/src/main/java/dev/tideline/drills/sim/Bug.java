package dev.tideline.drills.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.drills.sim.node.Sabotage;
import dev.tideline.drills.sim.world.Tamper;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.EdgeCheckpoint;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubCheckpoint;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Interest;
import dev.tideline.wire.v1.PartitionProgress;
import dev.tideline.wire.v1.SnapshotFrame;
import java.util.HashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Bugs that nodes could have: a simulation that does not find them proves nothing. */
public enum Bug implements Sabotage {
  EDGE_ACKNOWLEDGES_BEFORE_SYNC {
    @Override
    public Tamper journal() {
      return LYING;
    }
  },
  HUB_SPEAKS_BEFORE_SYNC {
    @Override
    public Tamper changeLog() {
      return LYING;
    }
  },
  APPLY_LOG_TRUNCATED_BEFORE_CHECKPOINT_IS_DURABLE {
    @Override
    public Tamper applyLog() {
      return LYING;
    }
  },
  JOURNAL_TRUNCATED_TOO_FAR {
    @Override
    public Tamper journal() {
      return cutting(64);
    }
  },
  CHECKPOINT_NAMES_A_LATER_START {
    @Override
    public long checkpointStart(long start) {
      return start + 3;
    }
  },
  WATERMARK_NOT_IN_THE_RECORD {
    @Override
    public Tamper changeLog() {
      return writing(Bug::withoutWatermarks);
    }
  },
  APPLIED_CHANGES_NOT_LOGGED {
    @Override
    public Tamper applyLog() {
      return writing(Bug::withoutChanges);
    }
  },
  INCLUDED_NOT_LOGGED {
    @Override
    public Tamper applyLog() {
      return writing(Bug::withoutIncluded);
    }
  },
  CHANGE_LEFT_OUT {
    @Override
    public HubFrame told(HubFrame frame) {
      return changes(frame, batch -> batch.getChangesCount() < 3 ? batch : withoutLast(batch));
    }
  },
  TOMBSTONE_LEFT_OUT {
    @Override
    public HubFrame told(HubFrame frame) {
      return changes(frame, Changes::withoutTombstones);
    }
  },
  VERDICT_NOT_TOLD {
    @Override
    public HubFrame told(HubFrame frame) {
      return changes(frame, batch -> batch.toBuilder().clearVerdicts().build());
    }
  },
  INCLUDED_NOT_TOLD {
    @Override
    public HubFrame told(HubFrame frame) {
      return changes(frame, batch -> batch.toBuilder().clearIncluded().build());
    }
  },
  INCLUDED_OFF_BY_ONE {
    @Override
    public HubFrame told(HubFrame frame) {
      return changes(frame, Changes::includingOneMore);
    }
  },
  ATOMIC_MUTATION_SPLIT {
    @Override
    public HubFrame told(HubFrame frame) {
      return changes(frame, Changes::withHalfOfTheLast);
    }
  },
  CURSOR_OFF_BY_ONE {
    @Override
    public HubFrame told(HubFrame frame) {
      return changes(
          frame, batch -> batch.toBuilder().setToRevision(batch.getToRevision() + 1).build());
    }
  },
  ONE_WATERMARK_FOR_ALL_PARTITIONS {
    @Override
    public HubFrame told(HubFrame frame) {
      return frame.hasWelcome() ? sharingWatermarks(frame) : frame;
    }
  },
  GAP_BETWEEN_SNAPSHOT_AND_STREAM {
    @Override
    public HubFrame told(HubFrame frame) {
      return frame.hasWelcome() ? streamingLater(frame) : frame;
    }
  },
  SNAPSHOT_LEAVES_OUT_A_KEY {
    @Override
    public SnapshotFrame told(SnapshotFrame frame) {
      int count = frame.getChunk().getChangesCount();
      if (count == 0) {
        return frame;
      }
      var chunk = frame.getChunk().toBuilder();
      var fewer = chunk.getChangesList().subList(0, count - 1);
      return SnapshotFrame.newBuilder().setChunk(chunk.clearChanges().addAllChanges(fewer)).build();
    }
  },
  SNAPSHOT_LIVE_BEFORE_ITS_END {
    @Override
    public SnapshotFrame told(SnapshotFrame frame) {
      if (!frame.hasEnd()) {
        return frame;
      }
      var end = frame.getEnd().toBuilder();
      end.getEndsBuilderList().forEach(one -> one.setRevision(0));
      return SnapshotFrame.newBuilder().setEnd(end).build();
    }
  },
  INTERESTS_IGNORED {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      var everything = Interest.newBuilder().setEverything(true).build();
      return hello(frame, hello -> hello.clearReady().addReady(everything));
    }
  },
  CONTEXT_REBASED {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      return Batches.change(
          frame,
          mutation ->
              mutation
                  .getContextBuilder()
                  .getSeenBuilder()
                  .setRevision(mutation.getContext().getSeen().getRevision() + 5));
    }
  },
  CONTEXT_FORGOTTEN {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      return Batches.change(frame, mutation -> mutation.clearContext());
    }
  },
  CLOCK_NOT_PERSISTED {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      return Batches.change(frame, mutation -> mutation.setHybridTime(1));
    }
  },
  IDEMPOTENCY_KEY_IGNORED {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      return Batches.change(
          frame, mutation -> mutation.setIdempotencyKey("").setIdempotencyHash(0));
    }
  },
  CAUGHT_UP_TOO_EARLY {
    @Override
    public HubFrame told(HubFrame frame) {
      return frame.hasCaughtUp()
          ? frame.toBuilder()
              .setCaughtUp(frame.getCaughtUp().toBuilder().setHeartbeat(Long.MAX_VALUE))
              .build()
          : frame;
    }
  },
  HUB_CHECKPOINT_WITHOUT_WATERMARKS {
    @Override
    public ByteString hubCheckpoint(ByteString state) {
      return hubPart(state).hasWatermarks() ? ByteString.EMPTY : state;
    }
  },
  HUB_CHECKPOINT_WITHOUT_KEYS {
    @Override
    public ByteString hubCheckpoint(ByteString state) {
      return hubPart(state).hasKey() ? ByteString.EMPTY : state;
    }
  },
  EDGE_CHECKPOINT_WITHOUT_VERDICTS {
    @Override
    public ByteString edgeCheckpoint(ByteString state) {
      return edgePart(state).hasVerdict() ? ByteString.EMPTY : state;
    }
  },
  CHECKPOINT_LEAVES_OUT_ENTRIES {
    @Override
    public boolean checkpoints(ByteString key) {
      return key.byteAt(key.size() - 1) != '0';
    }
  },
  READINESS_IGNORED {
    @Override
    public boolean heedsReadiness() {
      return false;
    }
  },
  BACKLOG_WITHOUT_BOUND {
    @Override
    public int undecided(int most) {
      return 10 * most;
    }
  },
  STALENESS_BY_A_CLOCK_THAT_STANDS_STILL {
    @Override
    public boolean wallClockStandsWithMonotonic() {
      return true;
    }
  },
  HEALING_WITHOUT_WHAT_IS_RETAINED {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      return frame.hasHealBatch()
          ? frame.toBuilder().setHealBatch(frame.getHealBatch().toBuilder().clearBatch()).build()
          : frame;
    }
  },
  LOST_TERMS_NOT_TOLD {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      return hello(
          frame,
          hello -> hello.getProgressBuilderList().forEach(PartitionProgress.Builder::clearTerms));
    }
  },
  PLACE_OF_WHAT_IS_EQUAL_NOT_TOLD {
    @Override
    public HubFrame told(HubFrame frame) {
      return frame.hasLocated()
          ? frame.toBuilder().setLocated(frame.getLocated().toBuilder().clearTerm()).build()
          : frame;
    }
  },
  TOKEN_IGNORED {
    @Override
    public boolean heedsTokens() {
      return false;
    }
  };

  private static final Tamper LYING =
      new Tamper() {
        @Override
        public boolean liesAboutSync() {
          return true;
        }
      };

  private static Tamper cutting(int more) {
    return new Tamper() {
      @Override
      public long truncation(long position) {
        return position + more;
      }
    };
  }

  private static Tamper writing(UnaryOperator<ByteString> instead) {
    return new Tamper() {
      @Override
      public ByteString record(ByteString record) {
        return instead.apply(record);
      }
    };
  }

  private static EdgeFrame hello(EdgeFrame frame, Consumer<Hello.Builder> change) {
    if (!frame.hasHello()) {
      return frame;
    }
    var hello = frame.getHello().toBuilder();
    change.accept(hello);
    return frame.toBuilder().setHello(hello).build();
  }

  private static HubFrame changes(HubFrame frame, UnaryOperator<ChangeBatch> instead) {
    return frame.hasChangeBatch()
        ? HubFrame.newBuilder().setChangeBatch(instead.apply(frame.getChangeBatch())).build()
        : frame;
  }

  private static ChangeBatch withoutLast(ChangeBatch batch) {
    var fewer = batch.getChangesList().subList(0, batch.getChangesCount() - 1);
    return batch.toBuilder().clearChanges().addAllChanges(fewer).build();
  }

  private static HubFrame sharingWatermarks(HubFrame frame) {
    var welcome = frame.getWelcome().toBuilder();
    var highest = new HashMap<Long, Long>();
    for (var mark : welcome.getWatermarksList()) {
      highest.merge(mark.getIncarnation(), mark.getSequence(), Math::max);
    }
    welcome
        .getWatermarksBuilderList()
        .forEach(mark -> mark.setSequence(highest.getOrDefault(mark.getIncarnation(), 0L)));
    return frame.toBuilder().setWelcome(welcome).build();
  }

  private static HubFrame streamingLater(HubFrame frame) {
    var welcome = frame.getWelcome().toBuilder();
    for (var start : welcome.getStartsBuilderList()) {
      if (start.hasSnapshot()) {
        var after = start.getSnapshotBuilder().getStreamAfterBuilder();
        after.setRevision(after.getRevision() + 3);
      }
    }
    return frame.toBuilder().setWelcome(welcome).build();
  }

  private static ByteString withoutWatermarks(ByteString bytes) {
    try {
      var record = ChangeLogRecord.parseFrom(bytes);
      return record.hasDecisions()
          ? record.toBuilder()
              .setDecisions(record.getDecisions().toBuilder().clearWatermarks())
              .build()
              .toByteString()
          : bytes;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteString withoutChanges(ByteString bytes) {
    var record = applied(bytes);
    return record.getChanges().getToRevision() % 5 == 0
        ? withChanges(record, record.getChanges().toBuilder().clearChanges().build())
        : bytes;
  }

  private static ByteString withoutIncluded(ByteString bytes) {
    var record = applied(bytes);
    return withChanges(record, record.getChanges().toBuilder().clearIncluded().build());
  }

  private static ByteString withChanges(ApplyRecord record, ChangeBatch batch) {
    return record.hasChanges()
        ? record.toBuilder().setChanges(batch).build().toByteString()
        : record.toByteString();
  }

  private static ApplyRecord applied(ByteString bytes) {
    try {
      return ApplyRecord.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HubCheckpoint hubPart(ByteString state) {
    try {
      return HubCheckpoint.parseFrom(state);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EdgeCheckpoint edgePart(ByteString state) {
    try {
      return EdgeCheckpoint.parseFrom(state);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
