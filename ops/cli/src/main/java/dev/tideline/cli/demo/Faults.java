package dev.tideline.cli.demo;

import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import dev.tideline.drills.load.Load;
import dev.tideline.rig.NodeProcess;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigEdge;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What goes wrong, in fractions of the duration: at one half the first edge loses its link, for a
 * quarter; then the last edge is killed and started again, then the hub. One thing at a time: each
 * waits for the one before it to be over.
 */
final class Faults {
  private static final double CUT_AT = 0.50;
  private static final double HEAL_AT = 0.75;
  private static final double KILL_EDGE_AT = 0.80;
  private static final double KILL_HUB_AT = 0.90;

  private final Rig rig;
  private final Load load;
  private final Events events;
  private final Duration duration;
  private final Thread thread = new Thread(this::run, "demo-faults");
  private final AtomicInteger kills = new AtomicInteger();
  private volatile String failure = "";

  private Faults(Rig rig, Load load, Events events, Duration duration) {
    this.rig = rig;
    this.load = load;
    this.events = events;
    this.duration = duration;
  }

  /** Begins. */
  static Faults start(Rig rig, Load load, Events events, Duration duration) {
    var faults = new Faults(rig, load, events, duration);
    faults.thread.start();
    return faults;
  }

  /** Whether everything that was to go wrong has, and is whole again. */
  boolean done() {
    return !thread.isAlive();
  }

  /** How many processes were killed and came back. */
  int kills() {
    return kills.get();
  }

  /** What was not to go wrong and did; empty if nothing. */
  String failure() {
    return failure;
  }

  private void run() {
    try {
      loseLink(rig.edges().getFirst());
      var last = rig.edges().getLast();
      at(KILL_EDGE_AT);
      killAndRestart(last.process(), last::awaitReady);
      at(KILL_HUB_AT);
      killAndRestart(rig.hub().process(), rig.hub()::awaitReady);
    } catch (RuntimeException e) {
      failure = String.valueOf(e.getMessage());
      events.add("gave up: " + failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void loseLink(RigEdge edge) throws InterruptedException {
    var users = load.edges().getFirst();
    at(CUT_AT);
    load.faultBegins();
    edge.link().cut();
    users.offline(true);
    events.add("edge %s loses its link; it goes on serving and accepting".formatted(edge.id()));
    at(HEAL_AT);
    users.offline(false);
    long undecided =
        edge.client().node() instanceof Reply.Ok<NodeStatus>(var node) ? node.undecided() : 0;
    edge.link().heal();
    events.add(
        "edge %s has its link back, with %,d writes to deliver".formatted(edge.id(), undecided));
    awaitDrained(edge);
    load.faultEnds();
  }

  private void awaitDrained(RigEdge edge) throws InterruptedException {
    while (fraction() < KILL_EDGE_AT) {
      if (edge.client().node() instanceof Reply.Ok<NodeStatus>(var node)
          && node.hubState().equals("CONNECTED")
          && node.undecided() < 100) {
        events.add("edge %s has delivered them".formatted(edge.id()));
        return;
      }
      Thread.sleep(20);
    }
  }

  private void killAndRestart(NodeProcess process, Runnable awaitReady) {
    load.faultBegins();
    process.kill();
    long startNs = System.nanoTime();
    events.add("%s is killed (SIGKILL), and started again".formatted(process.name()));
    process.start();
    awaitReady.run();
    kills.incrementAndGet();
    var took = Duration.ofNanos(System.nanoTime() - startNs);
    events.add("%s serves again after %.1f s".formatted(process.name(), took.toMillis() / 1e3));
    load.faultEnds();
  }

  private void at(double fraction) throws InterruptedException {
    var wait = Duration.ofNanos((long) (duration.toNanos() * fraction)).minus(events.elapsed());
    if (wait.isPositive()) {
      Thread.sleep(wait);
    }
  }

  private double fraction() {
    return (double) events.elapsed().toNanos() / duration.toNanos();
  }
}
