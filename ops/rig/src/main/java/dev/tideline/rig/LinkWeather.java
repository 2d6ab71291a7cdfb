package dev.tideline.rig;

import java.time.Duration;

/** How a link treats what passes: shared by all connections over it. */
final class LinkWeather {
  private boolean stalled;
  private volatile long delayNs;

  synchronized void stall() {
    stalled = true;
  }

  void delay(Duration delay) {
    delayNs = delay.toNanos();
  }

  synchronized void clear() {
    stalled = false;
    delayNs = 0;
    notifyAll();
  }

  long delayNs() {
    return delayNs;
  }

  /** Returns once the link lets something through. */
  synchronized void awaitPassage() throws InterruptedException {
    while (stalled) {
      wait();
    }
  }
}
