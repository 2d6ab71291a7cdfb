package dev.tideline.edge.replica;

import dev.tideline.model.LostHistory;
import dev.tideline.model.Position;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * How far an edge is, as Hello tells it.
 *
 * @param incarnation the live one
 * @param retained last surviving sequence by incarnation, oldest first
 * @param forgotten highest sequence by incarnation that the journal no longer holds
 */
public record ReplicaProgress(
    long incarnation,
    SortedMap<Long, Long> retained,
    Map<Long, Long> forgotten,
    List<Partition> partitions) {

  /**
   * One partition.
   *
   * @param terms followed, with their first revisions, ascending
   * @param included by incarnation
   * @param hold the smaller of the cursor and the lowest R of own undecided contexts
   * @param lost histories that were followed and are none any more
   * @param saw the latest that something pending saw of terms that are not among those followed
   */
  public record Partition(
      int number,
      Position cursor,
      List<Position> terms,
      Map<Long, Long> included,
      long hold,
      List<LostHistory> lost,
      List<Position> saw) {

    public Partition {
      included = Map.copyOf(included);
    }
  }
}
