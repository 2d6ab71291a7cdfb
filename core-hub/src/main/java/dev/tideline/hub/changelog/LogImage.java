package dev.tideline.hub.changelog;

import dev.tideline.model.HybridTime;
import java.util.List;

/**
 * What is known of the log at one position.
 *
 * @param position of the last record then
 * @param bytes appended until then, ever
 * @param clock the latest reading of the hybrid clock
 * @param pages of the index, ascending; the last one stands behind the position
 */
public record LogImage(long position, long bytes, HybridTime clock, List<Page> pages) {

  /** Every revision of a partition above its head here lies at or behind the position. */
  public record Page(long position, long[] heads) {}
}
