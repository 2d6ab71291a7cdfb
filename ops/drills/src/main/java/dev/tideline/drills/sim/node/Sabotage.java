package dev.tideline.drills.sim.node;

import com.google.protobuf.ByteString;
import dev.tideline.drills.sim.world.Tamper;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.SnapshotFrame;

/** A planted bug: nodes behave at their ports as if they had it. */
public interface Sabotage {

  /** No bug. */
  Sabotage NONE = new Sabotage() {};

  default Tamper journal() {
    return Tamper.NONE;
  }

  default Tamper applyLog() {
    return Tamper.NONE;
  }

  default Tamper changeLog() {
    return Tamper.NONE;
  }

  /** What the hub sends instead. */
  default HubFrame told(HubFrame frame) {
    return frame;
  }

  /** What the hub sends of a snapshot instead. */
  default SnapshotFrame told(SnapshotFrame frame) {
    return frame;
  }

  /** What the edge meant instead. */
  default EdgeFrame heard(EdgeFrame frame) {
    return frame;
  }

  /** What a checkpoint of the hub holds instead; empty for nothing. */
  default ByteString hubCheckpoint(ByteString state) {
    return state;
  }

  /** What a checkpoint of an edge holds instead; empty for nothing. */
  default ByteString edgeCheckpoint(ByteString state) {
    return state;
  }

  /** What a checkpoint says that the log is replayed from behind of. */
  default long checkpointStart(long start) {
    return start;
  }

  /** Whether a checkpoint holds an entry. */
  default boolean checkpoints(ByteString key) {
    return true;
  }

  /** Whether the hub asks a stream whether it takes more. */
  default boolean heedsReadiness() {
    return true;
  }

  /** How many mutations an edge lets wait. */
  default int undecided(int most) {
    return most;
  }

  /** Whether what a write demands of its key reaches the edge. */
  default boolean heedsConditions() {
    return true;
  }

  /** Whether nodes only count the time that they were awake. */
  default boolean wallClockStandsWithMonotonic() {
    return false;
  }

  /** Whether edges look at the token that a client brings. */
  default boolean heedsTokens() {
    return true;
  }
}
