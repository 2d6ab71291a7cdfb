package dev.tideline.edge.replica;

import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.IncludedSequence;
import dev.tideline.wire.v1.LoadEnded;
import dev.tideline.wire.v1.VerdictsForgotten;
import java.util.ArrayList;
import java.util.List;

/**
 * Own mutations that were decided while this edge was away, longer ago than the hub keeps verdicts:
 * that no other verdict is known of them does not mean that they were applied. A range for each
 * snapshot that told so. Guarded by the replica's lock.
 */
final class ForgottenVerdicts {

  private final List<VerdictsForgotten> ranges = new ArrayList<>();

  /**
   * Takes what a load says that goes live, before what it includes is taken in.
   *
   * @param beyondFork whether it is of another history: then what was told before counts no more
   */
  void take(LoadEnded ended, ReplicaState before, boolean beyondFork) {
    for (var one : ended.getPartitionsList()) {
      for (var forgotten : one.getVerdictsForgottenList()) {
        long incarnation = forgotten.getIncarnation();
        long after = beyondFork ? 0 : before.partition(one.getPartition()).included(incarnation);
        add(one.getPartition(), forgotten, after);
      }
      if (beyondFork) {
        // Of incarnations that are forgotten nothing is told anew.
        one.getForgottenList().forEach(forgotten -> add(one.getPartition(), forgotten, 0));
      }
    }
  }

  private void add(int partition, IncludedSequence forgotten, long after) {
    var range =
        VerdictsForgotten.newBuilder()
            .setPartition(partition)
            .setIncarnation(forgotten.getIncarnation())
            .setAfter(after)
            .setUpTo(forgotten.getSequence())
            .build();
    if (range.getUpTo() > after && !ranges.contains(range)) {
      ranges.add(range);
    }
  }

  boolean contains(MutationId id, int partition) {
    for (var range : ranges) {
      if (range.getPartition() == partition
          && range.getIncarnation() == id.incarnation()
          && id.sequence() > range.getAfter()
          && id.sequence() <= range.getUpTo()) {
        return true;
      }
    }
    return false;
  }

  /** The journal no longer holds an incarnation up to a sequence. */
  void forget(long incarnation, long highest) {
    ranges.removeIf(range -> range.getIncarnation() == incarnation && range.getUpTo() <= highest);
  }

  /** Takes one from a checkpoint. */
  void restore(VerdictsForgotten range) {
    ranges.add(range);
  }

  List<VerdictsForgotten> all() {
    return List.copyOf(ranges);
  }
}
