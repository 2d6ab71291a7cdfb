package dev.tideline.edge.uplink;

import dev.tideline.edge.replica.ReplicaForks;
import dev.tideline.edge.uplink.UplinkCore.Answer;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.HubFrame;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads out of a fork: draws another incarnation, asks the hub what it decided of the one that
 * lived twice, has the rest issued again, and ends the session each time, for another one goes on.
 */
final class ForkDriver implements UplinkCore.Forking {

  private static final Logger LOG = LoggerFactory.getLogger(ForkDriver.class);

  private final EdgeId edge;
  private final ReplicaForks forks;
  private final HubQuestions questions;
  private final Machine machine;
  private final LongAdder found;
  private volatile Optional<HubStream> comparing = Optional.empty();

  ForkDriver(
      EdgeId edge, ReplicaForks forks, HubQuestions questions, Machine machine, Metrics metrics) {
    this.edge = edge;
    this.forks = forks;
    this.questions = questions;
    this.machine = machine;
    found =
        metrics.counter(
            "tideline_edge_forks_total",
            "Incarnations of this edge of which it was found that they lived twice.");
  }

  @Override
  public boolean isForked(long incarnation) {
    return forks.isForked(incarnation);
  }

  @Override
  public boolean isPending(long incarnation) {
    return forks.isPending(incarnation);
  }

  @Override
  public boolean isUnfinished() {
    return forks.isUnfinished();
  }

  private ReplicaForks.Draw draw() {
    return new ReplicaForks.Draw(machine.random().nextLong(), machine.bootId());
  }

  /** Notes what a Welcome has shown; true if the session that follows can deal with it. */
  boolean found(Answer.Forked forked) {
    try {
      for (long suspect : forked.suspects()) {
        forks.suspect(suspect);
        found.increment();
      }
      return !forked.leave() || leave();
    } catch (LogFullException e) {
      LOG.warn("a fork cannot be left yet", e);
      return false;
    }
  }

  /** The live incarnation lives twice: another one is drawn. */
  boolean leave() {
    try {
      forks.leave(draw());
      found.increment();
      return true;
    } catch (LogFullException e) {
      LOG.warn("another incarnation cannot be drawn yet", e);
      return false;
    }
  }

  /** In this session nothing happens but questions and their answers. */
  void compare(HubStream stream) {
    comparing = Optional.of(stream);
    ask(stream, new ForkComparison(edge, forks.uncompared(), forks.undecided()));
  }

  /** Whether a frame is of no account in this session. */
  boolean ignores(HubStream stream, HubFrame frame) {
    return comparing.filter(one -> one == stream).isPresent()
        && switch (frame.getFrameCase()) {
          case LOCATED, ERROR, REFUSED, HEARTBEAT -> false;
          default -> true;
        };
  }

  private void ask(HubStream stream, ForkComparison comparison) {
    var next = comparison.next();
    if (next.isEmpty()) {
      settle(stream, comparison);
      return;
    }
    var _ =
        questions
            .compare(Optional.of(stream), next.get())
            .whenComplete(
                (located, failure) -> {
                  if (failure != null) {
                    stream.cancel("a fork could not be compared: " + failure);
                  } else {
                    comparison.answered(located);
                    ask(stream, comparison);
                  }
                });
  }

  private void settle(HubStream stream, ForkComparison comparison) {
    try {
      forks.settle(comparison.result(), draw());
      LOG.warn("what another copy of this process made is told apart; the rest is issued again");
      stream.cancel("a fork is settled");
    } catch (LogFullException e) {
      stream.cancel("a fork cannot be settled yet: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("a fork could not be settled", e);
      stream.cancel("a fork could not be settled: " + e);
    }
  }
}
