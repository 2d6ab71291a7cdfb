package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.node.Installation;
import dev.tideline.drills.sim.world.World;
import java.util.List;
import java.util.function.ToLongFunction;

/** Nothing that waits, and nothing that is held, grows beyond what was allowed. */
final class Bounds implements Check {

  /** Looking costs more than most events do. */
  private static final int EVENTS_BETWEEN_LOOKS = 16;

  /** Of one edge: a stream and a snapshot, and those before them that nobody has missed yet. */
  private static final int STREAMS_MAX = 64;

  /** Timers and messages of a few nodes; what grows with time is a leak. */
  private static final int EVENTS_MAX = 4_000;

  private final World world;
  private final Findings findings;
  private final ToLongFunction<EdgeMachine> truly;
  private Installation.Limits limits = Installation.Limits.WIDE;
  private Iterable<EdgeMachine> edges = List.of();
  private int events;

  /**
   * Bounds of nothing yet.
   *
   * @param undecided how many mutations in an edge's journal the hub has truly not decided
   */
  Bounds(World world, Findings findings, ToLongFunction<EdgeMachine> undecided) {
    this.world = world;
    this.findings = findings;
    truly = undecided;
  }

  @Override
  public Invariant invariant() {
    return Invariant.BOUNDS;
  }

  /** What is there, and what it may take. */
  void installed(Installation installation) {
    limits = installation.limits();
    edges = installation.edges();
  }

  @Override
  public void afterEvent() {
    if (++events % EVENTS_BETWEEN_LOOKS != 0) {
      return;
    }
    most("events that wait", world.waiting(), EVENTS_MAX);
    for (var edge : edges) {
      var link = edge.link();
      most("streams of " + edge.name(), link.open(), STREAMS_MAX);
      most("frames sent to " + edge.name() + " though it was not ready", link.pushed(), 0);
      edge.stations().ifPresent(stations -> undecided(edge, stations.replica().backlog().count()));
    }
  }

  /** What a lost machine takes for undecided again, and is not, counts as little as there is. */
  private void undecided(EdgeMachine edge, long pending) {
    if (pending > limits.undecidedMax()) {
      most("undecided mutations of " + edge.name(), truly.applyAsLong(edge), limits.undecidedMax());
    }
  }

  private void most(String what, long found, long allowed) {
    if (found > allowed) {
      findings.report(invariant(), "%s: %,d, allowed are %,d".formatted(what, found, allowed));
    }
  }
}
