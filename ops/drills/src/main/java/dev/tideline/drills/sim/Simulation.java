package dev.tideline.drills.sim;

import dev.tideline.drills.sim.check.Auditor;
import dev.tideline.drills.sim.load.Clients;
import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.Findings.Violation;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.Invariant;
import dev.tideline.drills.sim.node.Installation;
import dev.tideline.drills.sim.node.Sabotage;
import dev.tideline.drills.sim.world.Dice;
import dev.tideline.drills.sim.world.Sight;
import dev.tideline.drills.sim.world.Trace;
import dev.tideline.drills.sim.world.World;
import dev.tideline.model.Layout;
import dev.tideline.model.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run. First *safety*: clients, faults, and invariants after each event. Then *liveness*: no
 * faults and no clients any more, and everything becomes quiet and equal.
 */
public final class Simulation {

  private static final int EDGES_MIN = 2;
  private static final int EDGES_USUAL_MAX = 4;

  private final SimOptions options;
  private final Trace trace;
  private final World world;
  private final Findings findings = new Findings();
  private final History history;
  private final Auditor auditor;
  private final Installation installation;
  private final Clients clients;
  private final Faults faults;

  /** What came of it. */
  public record Result(
      SimOptions options,
      long traceHash,
      long events,
      Map<FaultKind, Integer> faults,
      Map<Sight, Integer> sights,
      Map<Verdict, Integer> verdicts,
      int decisions,
      int conflicts,
      Optional<Violation> violation,
      List<String> trace) {}

  private Simulation(SimOptions options, Sabotage sabotage, int traceLinesMax) {
    this.options = options;
    var dice = new Dice(options.seed());
    trace = new Trace(traceLinesMax);
    world = new World(trace);
    var layout = new Layout(dice.perMille(500) ? 1 : Layout.PARTITIONS_MAX);
    var shape = shape(layout, dice.split());
    history = new History(layout, shape.limits().hubKeysMax());
    auditor = new Auditor(world, findings, history);
    installation = new Installation(world, dice.split(), shape, auditor, sabotage);
    auditor.installed(installation);
    world.afterEach(auditor::afterEvent);
    clients = new Clients(world, dice.split(), installation, auditor.clients(), layout, sabotage);
    faults = new Faults(world, dice.split(), installation, auditor, clients, options);
  }

  private Installation.Shape shape(Layout layout, Dice dice) {
    int drawn = (int) dice.between(EDGES_MIN, EDGES_USUAL_MAX);
    int edges = options.edges() > 0 ? options.edges() : drawn;
    var interests = new ArrayList<String>();
    for (int i = 0; i < edges; i++) {
      interests.add(dice.perMille(750) ? "*" : "zone=z0,namespace=inventory");
    }
    long checkpoint = dice.skewed(2_000, 60_000);
    long retained = dice.skewed(0, 40_000);
    var limits = dice.perMille(200) ? limits(dice) : Installation.Limits.WIDE;
    // Where little is written a log reaches back further than anything else is remembered.
    boolean keepsAll = dice.perMille(200);
    return new Installation.Shape(
        layout.partitions(), interests, checkpoint, keepsAll ? Long.MAX_VALUE : retained, limits);
  }

  /** Narrow enough to be reached: 14 keys are written, and some hundred mutations a second. */
  private static Installation.Limits limits(Dice dice) {
    return new Installation.Limits(
        dice.perMille(500) ? dice.between(6, 13) : Installation.Limits.WIDE.hubKeysMax(),
        Installation.Limits.WIDE.edgeKeysMax(),
        (int) dice.between(5, 60));
  }

  /**
   * Runs it.
   *
   * @param traceLinesMax of the latest lines of the trace that are kept
   */
  public static Result run(SimOptions options, int traceLinesMax) {
    return run(options, Sabotage.NONE, traceLinesMax);
  }

  /** Runs it with a bug. */
  static Result run(SimOptions options, Sabotage sabotage, int traceLinesMax) {
    return new Simulation(options, sabotage, traceLinesMax).run();
  }

  private Result run() {
    installation.hub().start();
    installation.edges().forEach(edge -> edge.start());
    clients.start();
    faults.start();
    while (world.handled() < options.steps() && step()) {
      // The world goes on.
    }
    if (findings.first().isEmpty()) {
      clients.stop();
      faults.stop();
      new Liveness(world, installation, auditor, clients, findings).run(this::step);
    }
    for (int i = 0; i < history.wantedRoom(); i++) {
      world.sight(Sight.TABLE_FULL_AT_HUB);
    }
    return new Result(
        options,
        trace.hash(),
        world.handled(),
        faults.counts(),
        world.sights(),
        history.verdicts(),
        history.decisions(),
        history.conflicts(),
        findings.first(),
        trace.lines());
  }

  /** The next event; false if something does not hold. */
  private boolean step() {
    try {
      return world.step() && findings.first().isEmpty();
    } catch (RuntimeException e) {
      auditor.broke("the simulation", e);
      return false;
    }
  }

  /** What a violation says, in the words of its invariant. */
  static String describe(Violation violation) {
    Invariant invariant = violation.invariant();
    return "%s (%s): %s".formatted(invariant, invariant.meaning(), violation.text());
  }
}
