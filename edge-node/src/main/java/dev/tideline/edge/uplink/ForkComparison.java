package dev.tideline.edge.uplink;

import dev.tideline.edge.replica.ReplicaForks.Undecided;
import dev.tideline.model.EdgeId;
import dev.tideline.model.MutationId;
import dev.tideline.model.Position;
import dev.tideline.wire.v1.ForkedIncarnation;
import dev.tideline.wire.v1.Located;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds up to where the hub decided what this journal holds of forked incarnations. Two copies of
 * one process begin alike and never meet again, so of the mutations of one partition those that are
 * equal come first, and a few questions find the last of them. Where the log no longer reaches back
 * to the first of them, of those it is only known that they were covered.
 *
 * <p>It has no stream and no clock: {@link #next} says what to ask, {@link #answered} takes the
 * answer.
 */
final class ForkComparison {

  /** A question to the hub; its content hash is wanted. */
  record Question(MutationId id, int partition, long afterRevision, long lookedTo) {}

  private enum Found {
    EQUAL,
    FORGOTTEN,
    /** The hub decided something else under that name, or went past it without deciding it. */
    ANOTHER,
    UNDECIDED
  }

  private final EdgeId edge;
  private final List<Undecided> undecided;
  private final TreeMap<Long, ForkedIncarnation.Builder> result =
      new TreeMap<>(Long::compareUnsigned);
  private final Set<Long> others = new HashSet<>();
  private int place;

  // In the place that is being compared: what is below low was covered, what is at high or above
  // is another's or nobody's.
  private int low;
  private int high;
  private long equal;
  private long forgotten;
  private long lookedTo;

  /** Where the last of what is covered was decided, or before, if the hub has forgotten it. */
  private Position decidedBy = Position.START;

  /**
   * A comparison that has yet to ask.
   *
   * @param incarnations of which everything undecided is given; of some there may be nothing
   */
  ForkComparison(EdgeId edge, List<Long> incarnations, List<Undecided> undecided) {
    this.edge = edge;
    this.undecided = List.copyOf(undecided);
    for (long incarnation : incarnations) {
      result.put(
          incarnation,
          ForkedIncarnation.newBuilder().setIncarnation(incarnation).setCompared(true));
    }
    enter();
  }

  private void enter() {
    low = 0;
    equal = 0;
    forgotten = 0;
    decidedBy = Position.START;
    if (place < undecided.size()) {
      high = undecided.get(place).entries().size();
      lookedTo = undecided.get(place).cursor();
    }
  }

  private int middle() {
    return (low + high) >>> 1;
  }

  /** What to ask next; empty if all is known. */
  Optional<Question> next() {
    if (place == undecided.size()) {
      return Optional.empty();
    }
    var at = undecided.get(place);
    long sequence = at.entries().get(middle()).sequence();
    var id = new MutationId(edge, at.incarnation(), sequence);
    return Optional.of(new Question(id, at.partition(), at.cursor(), lookedTo));
  }

  /** Takes the answer to what was asked last. */
  void answered(Located located) {
    var at = undecided.get(place);
    var asked = at.entries().get(middle());
    boolean goOn = located.getPlace() == Located.Place.DECIDED && located.getContentHash() == 0;
    if (goOn) {
      lookedTo = Math.max(lookedTo, located.getLookedTo());
      return;
    }
    switch (found(located, asked.contentHash())) {
      case EQUAL -> {
        equal = asked.sequence();
        forgotten = located.getPlace() == Located.Place.FORGOTTEN ? equal : forgotten;
        decidedBy = place(located);
        low = middle() + 1;
      }
      case FORGOTTEN -> {
        forgotten = asked.sequence();
        decidedBy = place(located);
        low = middle() + 1;
      }
      case ANOTHER -> {
        others.add(at.incarnation());
        high = middle();
      }
      case UNDECIDED -> high = middle();
    }
    lookedTo = at.cursor();
    if (low == high) {
      note(at);
      place++;
      enter();
    }
  }

  /** Whether what the hub decided of an incarnation is not what this journal holds. */
  boolean foundAnother(long incarnation) {
    return others.contains(incarnation);
  }

  private static Found found(Located located, long contentHash) {
    if (located.getContentHash() != 0) {
      return located.getContentHash() == contentHash ? Found.EQUAL : Found.ANOTHER;
    }
    return switch (located.getPlace()) {
      case FORGOTTEN -> Found.FORGOTTEN;
      case LOST -> Found.ANOTHER;
      default -> Found.UNDECIDED;
    };
  }

  /** Where it was decided at the latest, if no watermark tells. */
  private static Position place(Located located) {
    return located.getPlace() == Located.Place.FORGOTTEN && located.getTerm() != 0
        ? new Position(located.getTerm(), located.getRevision())
        : Position.START;
  }

  private void note(Undecided at) {
    if (equal > 0 || forgotten > 0) {
      var told = result.get(at.incarnation());
      if (told != null) {
        told.addEqual(
            ForkedIncarnation.Equal.newBuilder()
                .setPartition(at.partition())
                .setSequence(equal)
                .setForgotten(forgotten >= equal ? forgotten : 0)
                .setTerm(decidedBy.term())
                .setRevision(decidedBy.revision()));
      }
    }
  }

  /** What is known once there is nothing more to ask. */
  List<ForkedIncarnation> result() {
    return result.values().stream().map(ForkedIncarnation.Builder::build).toList();
  }
}
