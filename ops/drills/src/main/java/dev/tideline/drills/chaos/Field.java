package dev.tideline.drills.chaos;

import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import dev.tideline.drills.chaos.history.History;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigEdge;
import java.io.PrintWriter;
import java.util.Random;

/** Where faults are injected: the processes, their record, and who watches. */
record Field(Rig rig, History history, PrintWriter out) {

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
