package dev.tideline.drills.chaos;

import dev.tideline.client.Ack;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * One client at its edge: adds to counters and insists until it is acknowledged, sends some
 * additions once more there and elsewhere, replaces values without insisting, and reads. Few keys,
 * so that clients of all edges meet at each.
 */
final class ChaosClient implements Runnable {
  private static final int ZONES = 4;
  private static final int KEYS_EACH = 3;
  private static final int DELTA_MOST = 9;

  /** Between two requests, on average. */
  private static final int PAUSE_MS = 40;

  /** Between two attempts of the same addition. */
  private static final int INSIST_MS = 150;

  private final List<RecordedEdge> edges;
  private final int home;
  private final String name;
  private final Random random;
  private final BooleanSupplier goesOn;
  private long additions;

  /**
   * A client.
   *
   * @param edges all, as this client sees them
   * @param home which of them is its own
   */
  ChaosClient(
      String name, List<RecordedEdge> edges, int home, Random random, BooleanSupplier goesOn) {
    this.name = name;
    this.edges = List.copyOf(edges);
    this.home = home;
    this.random = random;
    this.goesOn = goesOn;
  }

  @Override
  public void run() {
    try {
      while (goesOn.getAsBoolean()) {
        step();
        Thread.sleep(random.nextInt(2 * PAUSE_MS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step() throws InterruptedException {
    var key = "z%d/k%d".formatted(random.nextInt(ZONES), random.nextInt(KEYS_EACH));
    var edge = edges.get(home);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> add(key);
      case 3, 4 -> edge.put(key, level());
      case 5 -> edge.read(RecordedEdge.COUNTERS, key);
      default -> edge.read(RecordedEdge.REGISTERS, key);
    }
  }

  private void add(String key) throws InterruptedException {
    var intent = "%s-%d".formatted(name, ++additions);
    var add = new Action.Add(1 + random.nextInt(DELTA_MOST), intent);
    var level = level();
    int at = home;
    while (!(edges.get(at).add(key, add, level) instanceof Outcome.Acknowledged)) {
      Thread.sleep(INSIST_MS);
      if (!goesOn.getAsBoolean()) {
        return;
      }
      at = random.nextInt(4) == 0 ? random.nextInt(edges.size()) : at;
    }
    if (random.nextInt(8) == 0) {
      edges.get(random.nextInt(edges.size())).add(key, add, level);
    }
  }

  /** The namespace's own, which is DISK, or another one. */
  private Optional<Ack> level() {
    return switch (random.nextInt(6)) {
      case 0 -> Optional.of(Ack.MEMORY);
      case 1, 2 -> Optional.of(Ack.HUB);
      default -> Optional.empty();
    };
  }
}
