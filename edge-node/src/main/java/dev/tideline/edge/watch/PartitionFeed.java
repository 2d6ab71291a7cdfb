package dev.tideline.edge.watch;

import dev.tideline.edge.replica.ViewMove;
import dev.tideline.model.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What has lately happened in one partition, numbered, and who follows it. A feed lives from the
 * first watch of its partition until nobody who left could resume any more, so that a partition
 * that is not watched costs nothing. Guarded by the replica's lock.
 */
final class PartitionFeed {

  /** A few seconds of a busy partition, for whoever lost a connection. */
  static final int EVENTS_MAX = 4_096;

  /** All partitions together stay below 64 times this. */
  static final int BYTES_MAX = 1024 * 1024;

  /** What an event takes beside its values. */
  private static final int EVENT_BYTES = 256;

  private final long id;
  private final ArrayDeque<Event> events = new ArrayDeque<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private long last;
  private long lastWatched;
  private int bytes;

  PartitionFeed(long id) {
    this.id = id;
  }

  /** One move, with its number. */
  record Event(long number, ViewMove move, int bytes) {}

  long id() {
    return id;
  }

  /** Number of the latest event; 0 before the first. */
  long last() {
    return last;
  }

  void add(ViewMove move) {
    var event = new Event(++last, move, bytesOf(move));
    events.add(event);
    bytes += event.bytes();
    while (events.size() > EVENTS_MAX || bytes > BYTES_MAX) {
      bytes -= events.remove().bytes();
    }
    watchers.forEach(watcher -> watcher.offer(event));
    if (!watchers.isEmpty()) {
      lastWatched = last;
    }
  }

  /** What an event holds on to, roughly. */
  private static int bytesOf(ViewMove move) {
    int sum = EVENT_BYTES;
    for (var moved : move.keys()) {
      sum += EVENT_BYTES + moved.key().key().length();
      if (moved.view() instanceof State.Register register) {
        sum += register.version().value().size();
      }
    }
    return sum;
  }

  /** Whether everything after the number is still known. */
  boolean knowsAfter(long number) {
    return number <= last && number >= last - events.size();
  }

  /** Everything after the number. */
  List<Event> after(long number) {
    return events.stream().filter(event -> event.number() > number).toList();
  }

  void join(Watcher watcher) {
    watchers.add(watcher);
    lastWatched = last;
  }

  void leave(Watcher watcher) {
    watchers.remove(watcher);
  }

  /** Who follows. */
  List<Watcher> watchers() {
    return List.copyOf(watchers);
  }

  /** Whether nobody follows, and nobody who did could go on where he was. */
  boolean useless() {
    return watchers.isEmpty() && !knowsAfter(lastWatched);
  }
}
