package dev.tideline.drills.chaos.client;

import dev.tideline.drills.chaos.history.History;
import dev.tideline.drills.check.Installation.NamedEdge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Clients at every edge, each on a thread of its own, until told to stop. */
public final class ChaosClients {

  /** Longer than any request waits. */
  private static final Duration END_PATIENCE = Duration.ofMinutes(1);

  /** Every key that they write, in either namespace. */
  public static final List<String> KEYS = ChaosClient.KEYS;

  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean goesOn = true;

  private ChaosClients() {}

  /**
   * How many, and how busy.
   *
   * @param name of the crowd, unique in the history
   * @param atEachEdge clients
   * @param pauseMs between two requests of a client, on average
   * @param largeEach one value in so many is large
   */
  public record Crowd(String name, int atEachEdge, int pauseMs, int largeEach) {}

  /** Begins. */
  public static ChaosClients start(
      Crowd crowd, List<NamedEdge> edges, History history, Random random) {
    var clients = new ChaosClients();
    for (int home = 0; home < edges.size(); home++) {
      for (int i = 0; i < crowd.atEachEdge(); i++) {
        var name = "%s%s%d".formatted(crowd.name(), edges.get(home).id(), i);
        var seen =
            edges.stream()
                .map(edge -> new RecordedEdge(name, edge.id(), edge.client(), history))
                .toList();
        var client =
            new ChaosClient(name, seen, home, new Random(random.nextLong()), clients::goesOn);
        clients.threads.add(Thread.ofVirtual().name(name).start(() -> client.run(crowd)));
      }
    }
    return clients;
  }

  /** Begins no further request; returns once none is under way. */
  public void stop() throws InterruptedException {
    goesOn = false;
    for (var thread : threads) {
      if (!thread.join(END_PATIENCE)) {
        throw new IllegalStateException("client %s does not end".formatted(thread.getName()));
      }
    }
  }

  private boolean goesOn() {
    return goesOn;
  }
}
