package dev.tideline.drills.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Makes one thing go wrong after the other on a thread of its own: every kind once, in an order
 * that the seed decides, then any kind until time is over.
 */
final class Injector {
  private static final int PAUSE_MS_MOST = 1_500;

  private final Field field;
  private final Map<ChaosFault, Fault> faults;
  private final Random random;
  private final BooleanSupplier isOver;
  private final Map<ChaosFault, Integer> injected = new EnumMap<>(ChaosFault.class);
  private final Thread thread;
  private String failure = "";

  private Injector(
      String name,
      Field field,
      Map<ChaosFault, Fault> faults,
      Random random,
      BooleanSupplier isOver) {
    this.field = field;
    this.faults = faults;
    this.random = random;
    this.isOver = isOver;
    thread = new Thread(this::run, "chaos-" + name);
  }

  static Injector start(
      String name,
      Field field,
      Map<ChaosFault, Fault> faults,
      Random random,
      BooleanSupplier isOver) {
    var injector = new Injector(name, field, faults, random, isOver);
    injector.thread.start();
    return injector;
  }

  /** Waits for its end; how often each kind was injected. */
  Map<ChaosFault, Integer> await() throws InterruptedException {
    thread.join();
    return Map.copyOf(injected);
  }

  /** After its end: what could not be made to go wrong, or whole again; empty if nothing. */
  String failure() {
    return failure;
  }

  private void run() {
    var kinds = new ArrayList<>(faults.keySet());
    Collections.sort(kinds);
    var left = new ArrayList<>(kinds);
    Collections.shuffle(left, random);
    try {
      while (!left.isEmpty() || !isOver.getAsBoolean()) {
        var kind = left.isEmpty() ? kinds.get(random.nextInt(kinds.size())) : left.removeLast();
        inject(kind);
        Thread.sleep(random.nextInt(PAUSE_MS_MOST));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void inject(ChaosFault kind) throws InterruptedException {
    var fault = faults.get(kind);
    if (fault == null || !failure.isEmpty()) {
      return;
    }
    try {
      fault.inject(new Random(random.nextLong()));
      injected.merge(kind, 1, Integer::sum);
    } catch (RuntimeException | IOException e) {
      failure = "%s: %s".formatted(kind, e.getMessage());
      field.say("gave up: " + failure);
    }
  }
}
