package dev.tideline.drills.sim.model;

import dev.tideline.model.MutationId;
import dev.tideline.wire.v1.Unhealed;
import java.util.HashMap;
import java.util.Map;

/** Up to where the mutations of each process and partition were decided, or passed over. */
final class Watermarks {

  private final Map<Place, Long> last = new HashMap<>();
  private final Map<Place, Long> passedOver = new HashMap<>();
  private final Map<Place, Long> passedAt = new HashMap<>();

  private record Place(Seen.Source source, int partition) {
    static Place of(Made one) {
      return new Place(one.source().given(), one.partition());
    }
  }

  /** A mutation is decided; how to take it back. */
  Runnable decide(MutationId id, int partition) {
    return raise(last, new Place(Seen.Source.of(id).given(), partition), id.sequence());
  }

  /**
   * Mutations that nobody retains are passed over; how to take it back.
   *
   * @param revision the partition's last one then: whoever is beyond it has heard of that
   */
  Runnable passOver(int partition, Unhealed range, long revision) {
    var place = new Place(new Seen.Source(range.getEdge(), range.getIncarnation()), partition);
    var decided = raise(last, place, Math.max(of(last, place), range.getToSequence()));
    var passed = raise(passedOver, place, Math.max(of(passedOver, place), range.getToSequence()));
    var at = raise(passedAt, place, revision);
    return () -> {
      at.run();
      passed.run();
      decided.run();
    };
  }

  private static Runnable raise(Map<Place, Long> all, Place place, long to) {
    long before = of(all, place);
    all.put(place, to);
    return () -> all.put(place, before);
  }

  private static long of(Map<Place, Long> all, Place place) {
    return all.getOrDefault(place, 0L);
  }

  /**
   * What must be the mutation before it, by its own account. The hub may have passed over what
   * nobody retains up to a sequence of no mutation of the partition.
   */
  long before(Made one) {
    long decided = of(last, Place.of(one));
    boolean passed = decided == of(passedOver, Place.of(one));
    return passed ? Math.min(decided, one.mutation().previousSequence()) : decided;
  }

  /** Where its partition stood when mutations of its process were last passed over. */
  long passedAt(Made one) {
    return of(passedAt, Place.of(one));
  }

  boolean isPassedOver(Made one) {
    return one.id().sequence() <= of(passedOver, Place.of(one));
  }
}
