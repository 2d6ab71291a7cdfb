package dev.tideline.drills.sim;

import com.google.protobuf.ByteString;
import dev.tideline.drills.sim.node.Sabotage;
import dev.tideline.drills.sim.world.Tamper;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Interest;
import dev.tideline.wire.v1.PartitionSnapshot;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.Watermark;

/** Bugs that nodes could have: a simulation that does not find them proves nothing. */
public enum Bug implements Sabotage {
  EDGE_ACKNOWLEDGES_BEFORE_SYNC {
    @Override
    public Tamper journal() {
      return Distortions.LYING;
    }
  },
  HUB_SPEAKS_BEFORE_SYNC {
    @Override
    public Tamper changeLog() {
      return Distortions.LYING;
    }
  },
  APPLY_LOG_TRUNCATED_BEFORE_CHECKPOINT_IS_DURABLE {
    @Override
    public Tamper applyLog() {
      return Distortions.LYING;
    }
  },
  JOURNAL_TRUNCATED_TOO_FAR {
    @Override
    public Tamper journal() {
      return Distortions.cutting(64);
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
      return Distortions.writing(Distortions::withoutWatermarks);
    }
  },
  APPLIED_CHANGES_NOT_LOGGED {
    @Override
    public Tamper applyLog() {
      return Distortions.writing(Distortions::withoutChanges);
    }
  },
  INCLUDED_NOT_LOGGED {
    @Override
    public Tamper applyLog() {
      return Distortions.writing(Distortions::withoutIncluded);
    }
  },
  CHANGE_LEFT_OUT {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.changes(
          frame, batch -> batch.getChangesCount() < 3 ? batch : Distortions.withoutLast(batch));
    }
  },
  TOMBSTONE_LEFT_OUT {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.changes(frame, Changes::withoutTombstones);
    }
  },
  VERDICT_NOT_TOLD {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.changes(frame, batch -> batch.toBuilder().clearVerdicts().build());
    }
  },
  INCLUDED_NOT_TOLD {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.changes(frame, batch -> batch.toBuilder().clearIncluded().build());
    }
  },
  INCLUDED_OFF_BY_ONE {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.changes(frame, Changes::includingOneMore);
    }
  },
  ATOMIC_MUTATION_SPLIT {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.changes(frame, Changes::withHalfOfTheLast);
    }
  },
  CURSOR_OFF_BY_ONE {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.changes(
          frame, batch -> batch.toBuilder().setToRevision(batch.getToRevision() + 1).build());
    }
  },
  ONE_WATERMARK_FOR_ALL_PARTITIONS {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.welcome(frame, Distortions::shareWatermarks);
    }
  },
  GAP_BETWEEN_SNAPSHOT_AND_STREAM {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.welcome(frame, Distortions::streamLater);
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
      return Distortions.hello(frame, hello -> hello.clearReady().addReady(everything));
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
      return Distortions.hubPart(state).hasWatermarks() ? ByteString.EMPTY : state;
    }
  },
  HUB_CHECKPOINT_WITHOUT_KEYS {
    @Override
    public ByteString hubCheckpoint(ByteString state) {
      return Distortions.hubPart(state).hasKey() ? ByteString.EMPTY : state;
    }
  },
  HUB_CHECKPOINT_WITHOUT_REISSUES {
    @Override
    public ByteString hubCheckpoint(ByteString state) {
      return Distortions.hubPart(state).hasReissue() ? ByteString.EMPTY : state;
    }
  },
  EDGE_CHECKPOINT_WITHOUT_VERDICTS {
    @Override
    public ByteString edgeCheckpoint(ByteString state) {
      return Distortions.edgePart(state).hasVerdict() ? ByteString.EMPTY : state;
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
      return Distortions.hello(
          frame,
          hello -> hello.getProgressBuilderList().forEach(one -> one.clearTerms().clearSaw()));
    }
  },
  /** Of a comparison and of a snapshot: either is enough. */
  WHAT_IS_FORGOTTEN_NOT_TOLD {
    @Override
    public HubFrame told(HubFrame frame) {
      return frame.hasLocated()
          ? frame.toBuilder().setLocated(frame.getLocated().toBuilder().clearTerm()).build()
          : frame;
    }

    @Override
    public SnapshotFrame told(SnapshotFrame frame) {
      return Distortions.start(
          frame,
          start ->
              start.getPartitionsBuilderList().forEach(PartitionSnapshot.Builder::clearForgotten));
    }
  },
  CONTENT_HASH_NOT_TOLD {
    @Override
    public HubFrame told(HubFrame frame) {
      return Distortions.welcome(
          frame,
          welcome ->
              welcome.getWatermarksBuilderList().forEach(Watermark.Builder::clearContentHash));
    }
  },
  FORKED_INCARNATION_NOT_CLOSED {
    @Override
    public EdgeFrame heard(EdgeFrame frame) {
      return Distortions.hello(frame, Hello.Builder::clearForked);
    }
  },
  INCLUDED_NOT_NOTED_WHEN_A_FORK_IS_FOUND {
    @Override
    public Tamper journal() {
      return Distortions.writing(Distortions::withoutEqual);
    }
  },
  CONDITION_IGNORED {
    @Override
    public boolean heedsConditions() {
      return false;
    }
  },
  TOKEN_IGNORED {
    @Override
    public boolean heedsTokens() {
      return false;
    }
  };
}
