package dev.tideline.hub.reconcile;

import dev.tideline.model.Position;
import java.util.List;
import java.util.Map;

/**
 * What has been decided of keys of one zone, and of the mutations of an edge in their partition, at
 * one moment. It must not be told before the change log is durable to where it ended afterwards.
 *
 * @param entries in the order of the keys; empty if they are too large to be told together
 * @param asOf the partition's head when they were read
 * @param included by incarnation of the edge: up to where its mutations have been decided
 */
public record KeyAnswer(
    List<CanonicalTable.Entry> entries, Position asOf, Map<Long, Long> included) {

  public KeyAnswer {
    entries = List.copyOf(entries);
    included = Map.copyOf(included);
  }
}
