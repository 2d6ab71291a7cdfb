package dev.tideline.drills.sim;

import dev.tideline.drills.sim.check.Auditor;
import dev.tideline.drills.sim.load.Clients;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.Installation;
import dev.tideline.drills.sim.world.World;
import dev.tideline.edge.EdgeStations;
import dev.tideline.edge.uplink.UplinkState;
import dev.tideline.hub.HubStations;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The end of a run: everything heals, and within a bounded time all is quiet and equal. */
final class Liveness {

  /** Twenty times the longest back-off, and the longest that a server takes to miss an edge. */
  private static final long PATIENCE_US = 60_000_000;

  /** Looking is not free. */
  private static final int EVENTS_BETWEEN_LOOKS = 20;

  /** What a look finds is mended before the next one, however much time a single event takes. */
  private static final int LOOKS_MIN = 20;

  private final World world;
  private final Installation installation;
  private final Auditor auditor;
  private final Clients clients;
  private final Findings findings;

  Liveness(
      World world, Installation installation, Auditor auditor, Clients clients, Findings findings) {
    this.world = world;
    this.clients = clients;
    this.installation = installation;
    this.auditor = auditor;
    this.findings = findings;
  }

  void run(BooleanSupplier step) {
    world.tell("world", "heals");
    heal();
    for (var twin : installation.twins()) {
      // Two copies of one edge cannot both live: each in turn says what it still has to say.
      var first = installation.originalOf(twin);
      first.kill();
      if (!until(step, List.of(twin))) {
        return;
      }
      twin.kill();
      installation.retire(twin);
    }
    if (answered(step)) {
      auditor.checkEnd(installation.edges(), installation.hub());
    }
  }

  /** All is quiet, and stays so while all ask what became of their writes, and hear of it. */
  private boolean answered(BooleanSupplier step) {
    long patienceUs = world.nowUs() + PATIENCE_US;
    // What a process of before has said may come late, and cost an edge its stream once more; and
    // a hub that has just started waits for edges that have not noticed yet.
    while (until(step, installation.edges())) {
      clients.askAll();
      while (clients.anyUnanswered() && world.nowUs() <= patienceUs) {
        if (!step.getAsBoolean()) {
          return false;
        }
      }
      if (!clients.anyUnanswered() && !clients.anyInconclusive()) {
        return true;
      }
      if (world.nowUs() > patienceUs) {
        findings.report(Invariant.LIVENESS, "a client does not hear what became of its write");
        return false;
      }
    }
    return false;
  }

  private void heal() {
    installation.hub().drive().heal();
    for (var edge : installation.edges()) {
      edge.drive().heal();
      edge.link().heal();
    }
  }

  private boolean until(BooleanSupplier step, List<EdgeMachine> edges) {
    long patienceUs = world.nowUs() + PATIENCE_US;
    for (int looks = 0; !quiet(edges); looks++) {
      if (world.nowUs() > patienceUs && looks >= LOOKS_MIN) {
        findings.report(Invariant.LIVENESS, why(edges));
        return false;
      }
      restartDead(edges);
      for (int i = 0; i < EVENTS_BETWEEN_LOOKS; i++) {
        if (!step.getAsBoolean()) {
          return false;
        }
      }
    }
    return true;
  }

  /** What only a restart leads out of. */
  private void restartDead(List<EdgeMachine> edges) {
    installation.hub().start();
    for (var edge : edges) {
      boolean lost =
          edge.stations()
              .map(running -> running.gateway().status().hub().state().isFinal())
              .orElse(true);
      if (lost) {
        edge.kill();
        edge.start();
      }
    }
  }

  private boolean quiet(List<EdgeMachine> edges) {
    var hub = installation.hub().stations();
    return hub.isPresent() && edges.stream().allMatch(edge -> quiet(edge, hub.get()));
  }

  private static boolean quiet(EdgeMachine edge, HubStations hub) {
    return edge.stations().filter(running -> unlike(running, hub).isEmpty()).isPresent();
  }

  /** What still differs; empty if nothing does. */
  private static String unlike(EdgeStations edge, HubStations hub) {
    var status = edge.gateway().status();
    var loads = edge.replica().loads();
    if (status.hub().state() != UplinkState.CONNECTED) {
      return "%s: %s".formatted(status.hub().state(), status.hub().detail());
    }
    if (status.backlog().count() > 0) {
      return "%d mutations pending".formatted(status.backlog().count());
    }
    if (loads.isLoading() || !loads.wanted().equals(loads.ready())) {
      return "loading %s, wants %s, has %s".formatted(loads.scope(), loads.wanted(), loads.ready());
    }
    for (var partition : status.progress().partitions()) {
      long head = hub.reconcile().status(partition.number()).head();
      if (partition.cursor().revision() != head) {
        return "partition %d at %s of %d".formatted(partition.number(), partition.cursor(), head);
      }
    }
    return "";
  }

  private String why(List<EdgeMachine> edges) {
    var text = new StringBuilder("not quiet after ").append(PATIENCE_US / 1_000_000).append(" s");
    var hub = installation.hub().stations();
    text.append(hub.isPresent() ? "" : "; the hub does not run");
    for (var edge : edges) {
      var what =
          edge.stations()
              .flatMap(running -> hub.map(of -> unlike(running, of)))
              .orElse("does not run");
      text.append(what.isEmpty() ? "" : "; " + edge.name() + " " + what);
    }
    return text.toString();
  }
}
