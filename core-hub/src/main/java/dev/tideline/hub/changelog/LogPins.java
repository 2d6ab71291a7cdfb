package dev.tideline.hub.changelog;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who still needs the change log, and from where on: sessions that read it and snapshots that are
 * under way. Retention asks for the lowest and decides: who needs more than is kept for anybody is
 * told, and must do without. Safe for threads.
 */
public final class LogPins {

  private final Set<Pin> pins = ConcurrentHashMap.newKeySet();

  /** One user of the log; let go by {@link #close}. */
  public static final class Pin implements AutoCloseable {
    private final LogPins owner;
    private final Runnable evicted;
    private volatile long position;

    private Pin(LogPins owner, long position, Runnable evicted) {
      this.owner = owner;
      this.position = position;
      this.evicted = evicted;
    }

    /** What is before the position is needed no longer. */
    public void moveTo(long next) {
      position = next;
    }

    @Override
    public void close() {
      owner.pins.remove(this);
    }
  }

  /**
   * Needs the log from a position on.
   *
   * @param evicted told, on the thread that gives the log back, when it is kept no longer; nothing
   *     of the log is used any more when it returns
   */
  public Pin pin(long position, Runnable evicted) {
    var pin = new Pin(this, position, evicted);
    pins.add(pin);
    return pin;
  }

  /**
   * Whoever needs something before the position does without it from here on.
   *
   * @return how many those were
   */
  public int evictBefore(long position) {
    int evicted = 0;
    for (var pin : List.copyOf(pins)) {
      if (pin.position < position && pins.remove(pin)) {
        pin.evicted.run();
        evicted++;
      }
    }
    return evicted;
  }

  /** The lowest position that anybody needs; {@link Long#MAX_VALUE} if nobody does. */
  public long lowest() {
    long lowest = Long.MAX_VALUE;
    for (var pin : pins) {
      lowest = Math.min(lowest, pin.position);
    }
    return lowest;
  }
}
