package dev.tideline.model;

import java.util.Comparator;

/**
 * Names one mutation for ever.
 *
 * @param incarnation drawn at every process start of the edge, compared as unsigned
 * @param sequence dense within the incarnation, from 1
 */
public record MutationId(EdgeId edge, long incarnation, long sequence)
    implements Comparable<MutationId> {

  private static final Comparator<MutationId> ORDER =
      Comparator.comparing(MutationId::edge)
          .thenComparing(MutationId::incarnation, Long::compareUnsigned)
          .thenComparingLong(MutationId::sequence);

  public MutationId {
    if (sequence < 0) {
      throw new InvalidInputException("sequence %d is below 0".formatted(sequence));
    }
  }

  /** Whether both were made in the same process of the same edge. */
  public boolean sameIncarnation(MutationId other) {
    return incarnation == other.incarnation && edge.equals(other.edge);
  }

  @Override
  public int compareTo(MutationId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "%s.%x.%d".formatted(edge, incarnation, sequence);
  }
}
