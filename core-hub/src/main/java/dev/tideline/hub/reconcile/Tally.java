package dev.tideline.hub.reconcile;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts everything that was refused or out of the ordinary, by name. Safe for threads. */
public final class Tally {

  private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

  /** One more of this kind; kinds are few and constant. */
  public void count(String kind) {
    counts.computeIfAbsent(kind, name -> new LongAdder()).increment();
  }

  /** All counts, by name. */
  public Map<String, Long> counts() {
    var sorted = new TreeMap<String, Long>();
    counts.forEach((kind, count) -> sorted.put(kind, count.sum()));
    return sorted;
  }
}
