package dev.tideline.drills.chaos.client;

import dev.tideline.client.Ack;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * One client at its edge: adds to counters and insists until it is acknowledged, sends some
 * additions once more there and elsewhere, replaces values without insisting, and reads. Few keys,
 * so that clients of all edges meet at each.
 */
final class ChaosClient {
  private static final int ZONES = 4;
  private static final int KEYS_EACH = 3;

  /** Every key that is written, in either namespace. */
  static final List<String> KEYS =
      IntStream.range(0, ZONES * KEYS_EACH)
          .mapToObj(i -> "z%d/k%d".formatted(i / KEYS_EACH, i % KEYS_EACH))
          .toList();

  private static final int DELTA_MOST = 9;
  private static final int VALUE_SIZE_MOST = 24_000;

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

  void run(ChaosClients.Crowd crowd) {
    try {
      while (goesOn.getAsBoolean()) {
        step(crowd.largeEach());
        Thread.sleep(random.nextInt(2 * crowd.pauseMs()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step(int largeEach) throws InterruptedException {
    var key = KEYS.get(random.nextInt(KEYS.size()));
    var edge = edges.get(home);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> add(key);
      case 3, 4 -> edge.put(key, size(largeEach), level());
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

  /** Small mostly, now and then large, so that logs fill. */
  private int size(int largeEach) {
    return random.nextInt(largeEach) == 0 ? 1 + random.nextInt(VALUE_SIZE_MOST) : 0;
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
