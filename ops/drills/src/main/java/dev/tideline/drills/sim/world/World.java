package dev.tideline.drills.sim.world;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * What happens next: events in the order of virtual time, and of their making where the time is the
 * same. One event runs to its end before the next begins.
 */
public final class World {

  /** So many threads are in the middle of something at most. */
  private static final int DEPTH_MAX = 3;

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final ArrayDeque<Life> doomed = new ArrayDeque<>();
  private final Trace trace;
  private long nowUs;
  private long made;
  private long handled;
  private final Map<Sight, Integer> sights = new EnumMap<>(Sight.class);
  private int depth;
  private Runnable afterEach = () -> {};

  public World(Trace trace) {
    this.trace = trace;
  }

  /** Something has come up. */
  public void sight(Sight sight) {
    sights.merge(sight, 1, Integer::sum);
  }

  /** How often what has come up. */
  public Map<Sight, Integer> sights() {
    return sights;
  }

  /** Has somebody look after each event. */
  public void afterEach(Runnable look) {
    afterEach = look;
  }

  /**
   * Others go on while a thread of a process is in the middle of something and holds no lock; it
   * may be the last thing that the process did.
   */
  public void meanwhile(Life life, int count) {
    if (depth < DEPTH_MAX) {
      depth++;
      boolean more = true;
      for (int i = 0; i < count && more; i++) {
        more = step();
      }
      depth--;
    }
    if (count > 0) {
      sight(life.over() ? Sight.CHECKPOINT_ABANDONED : Sight.CHECKPOINT_INTERLEAVED);
    }
    life.operation();
  }

  /** A process ends with the event under way, whoever's it is. */
  void doomed(Life life) {
    doomed.add(life);
  }

  /** Something that will happen unless it is called off, or whom it concerns dies before. */
  static final class Event implements Comparable<Event> {
    private long atUs;
    private final long number;
    private final Life life;
    private final String what;
    private final Runnable action;
    private boolean off;

    private Event(long atUs, long number, Life life, String what, Runnable action) {
      this.atUs = atUs;
      this.number = number;
      this.life = life;
      this.what = what;
      this.action = action;
    }

    void callOff() {
      off = true;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atUs, other.atUs);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /** Microseconds since the beginning. */
  public long nowUs() {
    return nowUs;
  }

  /** Events that have yet to happen. */
  public int waiting() {
    return events.size();
  }

  /** Events so far. */
  public long handled() {
    return handled;
  }

  public Trace trace() {
    return trace;
  }

  /** Lets something happen. */
  public void after(long delayUs, Life life, String what, Runnable action) {
    var _ = at(delayUs, life, what, action);
  }

  Event at(long delayUs, Life life, String what, Runnable action) {
    var event = new Event(nowUs + Math.max(0, delayUs), made++, life, what, action);
    events.add(event);
    return event;
  }

  /** A line of the trace, of this moment. */
  public void tell(String node, String what) {
    trace.line(nowUs, node, what);
  }

  /** The next event; false if there is none. */
  public boolean step() {
    for (var next = events.poll(); next != null; next = events.poll()) {
      if (next.off || next.life.over()) {
        continue;
      }
      if (next.life.asleepUntilUs() > next.atUs) {
        next.atUs = next.life.asleepUntilUs();
        events.add(next);
      } else {
        nowUs = next.atUs;
        handled++;
        trace.line(nowUs, next.life.node(), next.what);
        run(next);
        return true;
      }
    }
    return false;
  }

  private void run(Event event) {
    try {
      event.action.run();
    } catch (Died e) {
      // What is to be done about it is done below, whoever caught it on the way.
    }
    while (!doomed.isEmpty()) {
      doomed.remove().endOfDoomed();
    }
    afterEach.run();
  }
}
