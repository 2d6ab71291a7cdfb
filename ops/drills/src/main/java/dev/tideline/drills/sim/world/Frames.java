package dev.tideline.drills.sim.world;

import com.google.protobuf.MessageLite;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.MutationBatch;
import dev.tideline.wire.v1.SnapshotFrame;

/** Frames in a few words, for the trace. */
final class Frames {

  private Frames() {}

  static String describe(MessageLite message) {
    return switch (message) {
      case EdgeFrame frame -> describe(frame);
      case HubFrame frame -> describe(frame);
      case SnapshotFrame frame -> describe(frame);
      default -> message.getClass().getSimpleName();
    };
  }

  private static String describe(EdgeFrame frame) {
    return switch (frame.getFrameCase()) {
      case HELLO -> "HELLO incarnation " + Long.toHexString(frame.getHello().getIncarnation());
      case MUTATION_BATCH -> batch(frame.getMutationBatch());
      case HEARTBEAT -> "HEARTBEAT " + frame.getHeartbeat().getNumber();
      case INTEREST_UPDATE -> "INTEREST_UPDATE " + frame.getInterestUpdate().getVersion();
      default -> frame.getFrameCase().name();
    };
  }

  private static String batch(MutationBatch batch) {
    long last = batch.getFirstSequence() + batch.getCount() - 1;
    return "MUTATION_BATCH " + batch.getFirstSequence() + ".." + last;
  }

  private static String describe(HubFrame frame) {
    return switch (frame.getFrameCase()) {
      case WELCOME -> "WELCOME session " + frame.getWelcome().getSessionFence();
      case REFUSED -> "REFUSED " + frame.getRefused().getError().getCode();
      case ERROR -> "ERROR " + frame.getError().getCode() + " " + frame.getError().getText();
      case MUTATION_ACK -> "MUTATION_ACK " + frame.getMutationAck().getSequence();
      case CHANGE_BATCH -> batch(frame.getChangeBatch());
      case CAUGHT_UP -> "CAUGHT_UP " + frame.getCaughtUp().getHeartbeat();
      case INTEREST_TAKEN -> "INTEREST_TAKEN " + frame.getInterestTaken().getVersion();
      default -> frame.getFrameCase().name();
    };
  }

  private static String batch(ChangeBatch batch) {
    return "CHANGE_BATCH p"
        + batch.getPartition()
        + " "
        + batch.getFromRevision()
        + ".."
        + batch.getToRevision()
        + " with "
        + batch.getChangesCount();
  }

  private static String describe(SnapshotFrame frame) {
    if (frame.hasError()) {
      return "SNAPSHOT ERROR " + frame.getError().getCode() + " " + frame.getError().getText();
    }
    return frame.hasChunk()
        ? "SNAPSHOT CHUNK of " + frame.getChunk().getChangesCount()
        : "SNAPSHOT " + frame.getFrameCase().name();
  }
}
