package dev.tideline.hub.reconcile;

import dev.tideline.model.Position;
import java.util.List;

/**
 * How far a partition has come.
 *
 * @param terms every ownership so far with its first revision, ascending
 * @param head the last revision decided; 0 for none
 */
public record PartitionStatus(int partition, List<Position> terms, long head) {

  public PartitionStatus {
    terms = List.copyOf(terms);
  }

  /** The running term and the head. */
  public Position position() {
    return new Position(terms.isEmpty() ? 0 : terms.getLast().term(), head);
  }
}
