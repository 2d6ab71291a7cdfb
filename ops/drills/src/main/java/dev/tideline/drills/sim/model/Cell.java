package dev.tideline.drills.sim.model;

import com.google.protobuf.ByteString;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import java.util.ArrayList;
import java.util.List;

/** What the model holds of one key. */
public sealed interface Cell {

  Cell NOTHING = new Nothing();

  /** Who made the latest of it, duplicates included; empty if nobody did. */
  List<MutationId> origins();

  /** At which that was decided; 0 if it was not. */
  long revision();

  /** With a duplicate of its first origin. */
  Cell joinedBy(MutationId duplicate);

  /** Never written. */
  record Nothing() implements Cell {
    @Override
    public List<MutationId> origins() {
      return List.of();
    }

    @Override
    public long revision() {
      return 0;
    }

    @Override
    public Cell joinedBy(MutationId duplicate) {
      return this;
    }
  }

  /** One value, or a tombstone. */
  record Value(
      List<MutationId> origins, long revision, HybridTime time, ByteString bytes, boolean dead)
      implements Cell {
    @Override
    public Cell joinedBy(MutationId duplicate) {
      return new Value(with(origins, duplicate), revision, time, bytes, dead);
    }
  }

  /** A sum. */
  record Sum(List<MutationId> origins, long revision, long total) implements Cell {
    @Override
    public Cell joinedBy(MutationId duplicate) {
      return new Sum(with(origins, duplicate), revision, total);
    }
  }

  private static List<MutationId> with(List<MutationId> origins, MutationId one) {
    var more = new ArrayList<>(origins);
    more.add(one);
    return List.copyOf(more);
  }
}
