package dev.tideline.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happened and when, for the view to show. For any number of threads. */
final class Events {

  /** One of them, {@code atNs} after the beginning. */
  record Event(long atNs, String text) {}

  private final long startNs = System.nanoTime();
  private final List<Event> unseen = new ArrayList<>();

  synchronized void add(String text) {
    unseen.add(new Event(elapsed().toNanos(), text));
  }

  /** Since the beginning. */
  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  /** Those that nobody has taken yet. */
  synchronized List<Event> take() {
    var taken = List.copyOf(unseen);
    unseen.clear();
    return taken;
  }
}
