package dev.tideline.drills.sim.model;

import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.wire.v1.PartitionRecord;

/** Hears of every decision before it is taken. */
public interface Judge {
  /** A record, before its decisions. */
  void recorded(long position, PartitionRecord record);

  /** A decision of what nobody made there. */
  void unknown(Decided told);

  /** A decision, and what the model makes of the mutation. */
  void judged(Judgement judgement);
}
