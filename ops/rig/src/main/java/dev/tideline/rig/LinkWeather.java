package dev.tideline.rig;

import java.time.Duration;
import java.util.EnumSet;

/** How a link treats what passes: shared by all connections over it. */
final class LinkWeather {
  private final EnumSet<LinkProxy.Way> stalled = EnumSet.noneOf(LinkProxy.Way.class);
  private volatile long delayNs;
  private volatile long bytesPerSecond;

  synchronized void stall(LinkProxy.Way way) {
    stalled.add(way);
  }

  void delay(Duration delay) {
    delayNs = delay.toNanos();
  }

  void slow(long most) {
    bytesPerSecond = most;
  }

  synchronized void clear() {
    stalled.clear();
    delayNs = 0;
    bytesPerSecond = 0;
    notifyAll();
  }

  long delayNs() {
    return delayNs;
  }

  /** Returns once the link lets so many bytes through. */
  void awaitPassage(LinkProxy.Way way, int bytes) throws InterruptedException {
    long most = bytesPerSecond;
    if (most > 0) {
      Thread.sleep(Duration.ofNanos(bytes * 1_000_000_000L / most));
    }
    synchronized (this) {
      while (stalled.contains(way)) {
        wait();
      }
    }
  }
}
