package dev.tideline.hub.heal;

import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.LostHistory;
import java.util.Map;

/**
 * What an edge knows of a partition that the hub does not.
 *
 * @param history what it followed beyond the fork; without terms if only its own mutations tell
 * @param knownTo the last revision that it has applied
 * @param decided up to where it knows mutations of its own as decided, by source
 * @param late whether that history is dealt with already: the edge is a straggler
 */
public record Claim(
    int partition, LostHistory history, long knownTo, Map<Source, Long> decided, boolean late) {

  public Claim {
    decided = Map.copyOf(decided);
  }
}
