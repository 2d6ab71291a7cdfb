package dev.tideline.drills.chaos;

import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import dev.tideline.drills.chaos.client.RecordedEdge;
import dev.tideline.drills.chaos.history.History;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigEdge;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Where faults are injected: the processes, their record, and who watches. */
record Field(Rig rig, History history, PrintWriter out) {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** An edge in the eyes of a fault that writes itself. */
  RecordedEdge recorded(String client, RigEdge edge) {
    return new RecordedEdge(client, edge.id(), edge.client(), history);
  }

  /**
   * Waits until something is so.
   *
   * @throws IllegalStateException naming it, if that takes too long
   */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long beganNs = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - beganNs > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%s: not within %d s".formatted(what, PATIENCE.toSeconds()));
      }
      Thread.sleep(20);
    }
  }

  /** What an edge says of its hub; empty if it says nothing. */
  static String hubState(RigEdge edge) {
    return edge.client().node() instanceof Reply.Ok<NodeStatus>(var status)
        ? status.hubState()
        : "";
  }

  RigEdge anyEdge(Random random) {
    return rig.edges().get(random.nextInt(rig.edges().size()));
  }

  /** Tells what happens, when. */
  void say(String what) {
    history.note(what);
    synchronized (out) {
      out.printf("  %6.1f s  %s%n", history.nowNs() / 1e9, what);
      out.flush();
    }
  }

  /** Notes of every edge that has nothing undecided that everything it acknowledged is decided. */
  void noteSettled() {
    for (var edge : rig.edges()) {
      long beforeNs = history.nowNs();
      if (edge.client().node() instanceof Reply.Ok<NodeStatus>(var status)
          && status.undecided() == 0) {
        history.settled(edge.id(), beforeNs);
      }
    }
  }
}
