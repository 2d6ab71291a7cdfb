package dev.tideline.edge.uplink;

import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last session of an edge that was fenced: it brings what it acknowledged, once, and stays
 * fenced. What became of it, it does not hear. Guarded by the uplink's lock.
 */
final class Drain {

  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  private final ReplicaDriver replica;
  private Optional<MutationFeed> feed = Optional.empty();
  private boolean done;

  Drain(ReplicaDriver replica) {
    this.replica = replica;
  }

  /** Whether there is nothing to bring, or no longer. */
  boolean isDone() {
    done = done || replica.backlog().count() == 0;
    return done;
  }

  /** A session begins; empty if it is not a drain. */
  void begin(Optional<MutationFeed> opened) {
    feed = opened;
  }

  /** Writes are refused from here on. */
  void fenced(String why) {
    feed = Optional.empty();
    replica.refuseWrites(
        new Refusal(ErrorCode.FENCED, why, "write at the newer copy, or restart this one"));
  }

  /** Looks whether all has been taken; true once. */
  boolean finish() {
    if (done || feed.isEmpty() || !feed.get().isDone()) {
      return false;
    }
    done = true;
    LOG.warn("fenced: {} mutations were brought to the hub", replica.backlog().count());
    replica.drained();
    return true;
  }
}
