package dev.tideline.hub.reconcile;

import dev.tideline.model.Position;
import java.util.List;

/**
 * How far a partition has come.
 *
 * @param terms every ownership so far with its first revision, ascending
 * @param head the last revision decided; 0 for none
 * @param healed histories that were lost, and are dealt with
 */
public record PartitionStatus(
    int partition, List<Position> terms, long head, List<HealedHistory> healed) {

  public PartitionStatus {
    terms = List.copyOf(terms);
    healed = List.copyOf(healed);
  }

  /** One that never lost anything. */
  public PartitionStatus(int partition, List<Position> terms, long head) {
    this(partition, terms, head, List.of());
  }

  /** The running term and the head. */
  public Position position() {
    return new Position(terms.isEmpty() ? 0 : terms.getLast().term(), head);
  }

  /** Whether a position lies in a history that is lost and dealt with. */
  public boolean isHealed(Position position) {
    return healed.stream().anyMatch(part -> part.history().contains(position));
  }

  /** Whether a position lies in a term of the history that stands, or in one that was healed. */
  public boolean knows(Position position) {
    return terms.stream().anyMatch(term -> term.term() == position.term()) || isHealed(position);
  }
}
