package dev.tideline.drills.check;

import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Waits until nothing is on its way any more. */
public final class Quiescence {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private Quiescence() {}

  /** What is still missing when the patience ends, a line each; empty if nothing is. */
  public static List<String> await(Installation installation, Duration patience) {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    while (true) {
      var missing = missing(installation);
      if (missing.isEmpty() || System.nanoTime() - deadlineNs > 0) {
        return missing;
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return missing;
      }
    }
  }

  private static List<String> missing(Installation installation) {
    return switch (installation.hub().revisions()) {
      case Reply.Ok<Map<Integer, Long>>(var revisions) -> {
        var missing = new ArrayList<String>();
        for (var edge : installation.edges()) {
          switch (edge.client().node()) {
            case Reply.Ok<NodeStatus>(var status) -> addMissing(status, revisions, missing);
            case Reply<NodeStatus> none -> missing.add("edge %s: %s".formatted(edge.id(), none));
          }
        }
        yield missing;
      }
      case Reply<Map<Integer, Long>> none -> List.of("hub: " + none);
    };
  }

  private static void addMissing(
      NodeStatus status, Map<Integer, Long> revisions, List<String> missing) {
    if (!status.hubState().equals("CONNECTED")) {
      missing.add("edge %s is %s".formatted(status.edge(), status.hubState()));
    }
    if (status.undecided() != 0) {
      missing.add("edge %s has %d undecided".formatted(status.edge(), status.undecided()));
    }
    revisions.forEach(
        (partition, revision) -> {
          long applied = status.revisions().getOrDefault(partition, 0L);
          if (applied < revision) {
            missing.add(
                "edge %s has applied partition %d up to %d of %d"
                    .formatted(status.edge(), partition, applied, revision));
          }
        });
  }
}
