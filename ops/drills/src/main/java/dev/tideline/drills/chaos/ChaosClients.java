package dev.tideline.drills.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** All clients, each on a thread of its own. */
final class ChaosClients {
  private static final int AT_EACH_EDGE = 3;

  /** Longer than any request waits. */
  private static final Duration END_PATIENCE = Duration.ofMinutes(1);

  private final List<Thread> threads = new ArrayList<>();

  private ChaosClients() {}

  static ChaosClients start(Field field, Random random, BooleanSupplier goesOn) {
    var clients = new ChaosClients();
    var edges = field.rig().edges();
    for (int home = 0; home < edges.size(); home++) {
      for (int i = 0; i < AT_EACH_EDGE; i++) {
        var name = edges.get(home).id() + i;
        var seen =
            edges.stream()
                .map(edge -> new RecordedEdge(name, edge.id(), edge.client(), field.history()))
                .toList();
        var client = new ChaosClient(name, seen, home, new Random(random.nextLong()), goesOn);
        clients.threads.add(Thread.ofVirtual().name(name).start(client));
      }
    }
    return clients;
  }

  /** Returns once none has a request under way. */
  void await() throws InterruptedException {
    for (var thread : threads) {
      if (!thread.join(END_PATIENCE)) {
        throw new IllegalStateException("client %s does not end".formatted(thread.getName()));
      }
    }
  }
}
