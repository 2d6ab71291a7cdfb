package dev.tideline.drills.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Does one thing for many items, a few at a time. */
public final class Parallel {

  /** Enough to keep a node busy, few enough to leave a small machine some air. */
  private static final int THREADS = 16;

  private Parallel() {}

  /** Returns when all are done; the first failure is thrown here. */
  public static <T> void forEach(Collection<T> items, Consumer<T> action) {
    var list = List.copyOf(items);
    var next = new AtomicInteger();
    var failures = new ArrayList<RuntimeException>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int at = next.getAndIncrement();
                          at < list.size();
                          at = next.getAndIncrement()) {
                        action.accept(list.get(at));
                      }
                    } catch (RuntimeException e) {
                      synchronized (failures) {
                        failures.add(e);
                      }
                    }
                  }));
    }
    for (var thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while checking", e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
