package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.model.Judgement;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.HubMachine;
import dev.tideline.model.Mutation;
import dev.tideline.wire.v1.ChangeBatch;
import dev.tideline.wire.v1.PartitionRecord;
import dev.tideline.wire.v1.SnapshotFrame;
import java.util.List;

/**
 * One thing that must hold, whatever fails: it sees what happens and reports what does not hold.
 * Each overrides what concerns it. All of them are listed in {@link Checks}.
 */
interface Check {

  /** What it holds everything against. */
  Invariant invariant();

  /**
   * A mutation is in a journal.
   *
   * @param heldHere whether that journal had one of its name before
   */
  default void journalled(Mutation mutation, boolean heldHere) {}

  /** A record is in the change log; none of its decisions is taken yet. */
  default void recorded(long position, PartitionRecord record) {}

  /** A decision, beside the model's; it is not taken yet. */
  default void judged(Judgement judgement) {}

  /** The hub sends changes and verdicts. */
  default void told(Conversation to, ChangeBatch batch) {}

  /** The hub sends a frame of a snapshot. */
  default void told(Conversation to, SnapshotFrame frame) {}

  /** A client gets an answer to a read. */
  default void answered(Answer answer) {}

  /** An event is over. */
  default void afterEvent() {}

  /** All is quiet, and nothing more will happen. */
  default void atEnd(List<EdgeMachine> edges, HubMachine hub) {}
}
