package dev.tideline.drills.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** What can go wrong. */
public enum ChaosFault {
  KILL_EDGE(Place.NODE),
  KILL_HUB(Place.NODE),
  STOP_EDGE(Place.NODE),
  STOP_HUB(Place.NODE),
  CLOCK_JUMP(Place.NODE),
  DISK_FULL(Place.NODE),
  EDGE_WIPED(Place.NODE),
  EDGE_CLONED(Place.NODE),
  EDGE_SET_BACK(Place.NODE),
  HUB_SET_BACK(Place.NODE),
  JOURNAL_TAIL(Place.NODE),
  JOURNAL_MIDDLE(Place.NODE),
  SLOW_READER(Place.NODE),
  LINK_CUT(Place.LINK),
  LINK_STALLED(Place.LINK),
  LINK_ONE_WAY(Place.LINK),
  LINK_DELAYED(Place.LINK),
  LINK_SLOW(Place.LINK);

  /** Faults of different places happen at the same time, those of one place in turn. */
  enum Place {
    NODE,
    LINK
  }

  private final Place place;

  ChaosFault(Place place) {
    this.place = place;
  }

  Place place() {
    return place;
  }

  /** All that are injected unless left out. */
  public static Set<ChaosFault> usual() {
    return EnumSet.allOf(ChaosFault.class);
  }

  static Set<ChaosFault> at(Place place, Set<ChaosFault> among) {
    var there = EnumSet.noneOf(ChaosFault.class);
    Arrays.stream(values()).filter(each -> each.place == place).forEach(there::add);
    there.retainAll(among);
    return there;
  }
}
