package dev.tideline.drills.sim.world;

import java.util.HashMap;
import java.util.Map;

/** Which pages of a log's files reached the disk although nobody waited for them. */
final class Pages {

  /** Much smaller than a real one of 4 KiB, as the records of a simulation are. */
  private static final int PAGE_BYTES = 512;

  private static final int NAMES_KEPT_PER_MILLE = 700;

  private final Dice dice;
  private final int keptPerMille;
  private final Map<Long, Boolean> names = new HashMap<>();
  private final Map<Page, Boolean> kept = new HashMap<>();

  private record Page(long file, long number) {}

  /** What became of a record. */
  enum Fate {
    WHOLE,
    TORN,
    GONE,
    /** With the name of the file that it is in. */
    NAMELESS
  }

  Pages(Dice dice) {
    this.dice = dice;
    keptPerMille = 250 * dice.below(5);
  }

  /**
   * What became of the bytes of a record.
   *
   * @param begun whether the file was begun since the last sync
   */
  Fate fate(long file, boolean begun, long from, long to) {
    if (begun && !names.computeIfAbsent(file, of -> dice.perMille(NAMES_KEPT_PER_MILLE))) {
      return Fate.NAMELESS;
    }
    int found = 0;
    int lost = 0;
    for (long page = from / PAGE_BYTES; page <= (to - 1) / PAGE_BYTES; page++) {
      if (kept.computeIfAbsent(new Page(file, page), of -> dice.perMille(keptPerMille))) {
        found++;
      } else {
        lost++;
      }
    }
    return lost == 0 ? Fate.WHOLE : found == 0 ? Fate.GONE : Fate.TORN;
  }
}
