package dev.tideline.edge.watch;

import dev.tideline.edge.replica.ViewMove;
import dev.tideline.edge.replica.ViewMove.Moved;
import dev.tideline.runtime.ErrorCode;
import dev.tideline.runtime.Refusal;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * What waits to be sent to one watch. Bounded: once it was too much it has failed, and holds
 * nothing but the reason. Safe for threads; nothing here blocks.
 */
final class WatchQueue {

  /** As much as a feed remembers: whoever is further behind can start over as well. */
  private static final int BYTES_MAX = 4 * PartitionFeed.BYTES_MAX;

  private static final int ITEMS_MAX = 2 * PartitionFeed.EVENTS_MAX;

  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private int bytes;
  private Optional<Refusal> failed = Optional.empty();

  /** What is sent as one message. */
  sealed interface Item {

    /** What it takes of the bound. */
    default int bytes() {
      return 0;
    }

    record Moves(Place place, ViewMove move, List<Moved> keys, int bytes) implements Item {}

    record Mark(Place place) implements Item {}

    record StartOver(String reason) implements Item {}
  }

  /** A number counts only within its feed. */
  record Place(long feed, long number) {}

  synchronized void add(Item item) {
    if (failed.isPresent()) {
      return;
    }
    items.add(item);
    bytes += item.bytes();
    if (items.size() > ITEMS_MAX || bytes > BYTES_MAX) {
      fail(
          new Refusal(
              ErrorCode.WATCH_TOO_SLOW,
              "the client does not keep up",
              "resume with the last mark or event taken in"));
    }
  }

  /** Nothing that waits counts any more, but this. */
  synchronized void addInstead(Item item) {
    clear();
    add(item);
  }

  synchronized void fail(Refusal why) {
    failed = Optional.of(why);
    clear();
  }

  synchronized Optional<Refusal> failure() {
    return failed;
  }

  synchronized Optional<Item> next() {
    var next = Optional.ofNullable(items.poll());
    next.ifPresent(item -> bytes -= item.bytes());
    return next;
  }

  synchronized void clear() {
    items.clear();
    bytes = 0;
  }
}
