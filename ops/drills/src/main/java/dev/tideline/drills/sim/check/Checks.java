package dev.tideline.drills.sim.check;

import dev.tideline.drills.sim.model.Findings;
import dev.tideline.drills.sim.model.History;
import dev.tideline.drills.sim.model.History.Decided;
import dev.tideline.drills.sim.model.Judge;
import dev.tideline.drills.sim.model.Judgement;
import dev.tideline.drills.sim.node.EdgeMachine;
import dev.tideline.drills.sim.world.World;
import dev.tideline.wire.v1.PartitionRecord;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Everything that must hold, one class each, by the numbers of the design:
 *
 * <ol>
 *   <li>{@link Convergence}
 *   <li>{@link NothingLost}
 *   <li>{@link ExactlyOnce}
 *   <li>{@link Sessions}
 *   <li>{@link DenseRevisions}
 *   <li>{@link ViewFold}
 *   <li>{@link Causality}, which also is that of siblings once there is a type that keeps them
 *   <li>{@link Freshness}
 *   <li>{@link OneVerdict} and {@link Receipts}
 *   <li>{@link SnapshotAndTail}
 *   <li>{@link Bounds}
 *   <li>{@link InterestOnly}
 *   <li>{@link Atomicity}
 * </ol>
 *
 * The fourteenth, that all becomes quiet in the end, is the business of whoever runs the end; the
 * fifteenth, that no node fails of itself, of the machines.
 */
final class Checks implements Judge {

  private final NothingLost nothingLost;
  private final Sessions sessions;
  private final ViewFold view;
  private final OneVerdict oneVerdict;
  private final Receipts receipts;
  private final SnapshotAndTail snapshotAndTail;
  private final Bounds bounds;
  private final Atomicity atomicity;
  private final List<Check> all;

  Checks(World world, Findings findings, History history, ToLongFunction<EdgeMachine> undecided) {
    nothingLost = new NothingLost(findings, history);
    sessions = new Sessions(findings, history);
    view = new ViewFold(findings, history);
    oneVerdict = new OneVerdict(findings, history);
    receipts = new Receipts(findings, history);
    snapshotAndTail = new SnapshotAndTail(findings, history);
    bounds = new Bounds(world, findings, undecided);
    atomicity = new Atomicity(findings);
    all =
        List.of(
            new Convergence(findings, history),
            nothingLost,
            new ExactlyOnce(findings, history),
            sessions,
            new DenseRevisions(findings, history),
            view,
            new Causality(findings),
            new Freshness(world, findings, history),
            oneVerdict,
            receipts,
            snapshotAndTail,
            bounds,
            new InterestOnly(findings),
            atomicity);
  }

  /** In the order of their numbers. */
  List<Check> all() {
    return all;
  }

  void each(Consumer<Check> question) {
    all.forEach(question);
  }

  NothingLost nothingLost() {
    return nothingLost;
  }

  Sessions sessions() {
    return sessions;
  }

  ViewFold view() {
    return view;
  }

  OneVerdict oneVerdict() {
    return oneVerdict;
  }

  Receipts receipts() {
    return receipts;
  }

  SnapshotAndTail snapshotAndTail() {
    return snapshotAndTail;
  }

  Bounds bounds() {
    return bounds;
  }

  Atomicity atomicity() {
    return atomicity;
  }

  @Override
  public void recorded(long position, PartitionRecord record) {
    all.forEach(check -> check.recorded(position, record));
  }

  @Override
  public void unknown(Decided told) {
    oneVerdict.unknown(told);
  }

  @Override
  public void judged(Judgement judgement) {
    all.forEach(check -> check.judged(judgement));
  }
}
