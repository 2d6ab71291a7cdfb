package dev.tideline.hub.changelog;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who still needs the change log, and from where on: sessions that read it and snapshots that are
 * under way. Retention asks for the lowest and decides. Safe for threads.
 */
public final class LogPins {

  private final Set<Pin> pins = ConcurrentHashMap.newKeySet();

  /** One user of the log; let go by {@link #close}. */
  public static final class Pin implements AutoCloseable {
    private final LogPins owner;
    private volatile long position;

    private Pin(LogPins owner, long position) {
      this.owner = owner;
      this.position = position;
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

  /** Needs the log from a position on. */
  public Pin pin(long position) {
    var pin = new Pin(this, position);
    pins.add(pin);
    return pin;
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
