package dev.tideline.edge.uplink;

import dev.tideline.edge.replica.ReplicaForks;
import dev.tideline.edge.uplink.UplinkCore.Answer;
import dev.tideline.edge.uplink.UplinkCore.Doubt;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Located;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Set<Doubt> cleared = ConcurrentHashMap.newKeySet();
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
  public boolean isCleared(Doubt doubt) {
    return cleared.contains(doubt);
  }

  @Override
  public boolean isUnfinished() {
    return forks.isUnfinished();
  }

  private ReplicaForks.Draw draw() {
    return new ReplicaForks.Draw(machine.random().nextLong(), machine.bootId());
  }

  /** Notes what a Welcome, or a comparison, has shown; a later session deals with it. */
  void found(Answer.Forked forked) {
    boolean leave = forked.leave();
    for (long suspect : forked.suspects()) {
      leave |= forks.suspect(suspect);
      found.increment();
    }
    if (leave) {
      leave();
    }
  }

  /** The live incarnation lives twice: another one is drawn. */
  void leave() {
    try {
      forks.leave(draw());
      found.increment();
    } catch (LogFullException e) {
      LOG.warn("another incarnation cannot be drawn yet", e);
    }
  }

  /**
   * In this session nothing happens but questions and their answers.
   *
   * @param doubtful of incarnations of which it is not known whether they lived twice; if there are
   *     none, those that did are told apart
   */
  void compare(HubStream stream, Set<Doubt> doubtful) {
    comparing = Optional.of(stream);
    var incarnations =
        doubtful.isEmpty()
            ? forks.uncompared()
            : doubtful.stream().map(Doubt::incarnation).distinct().toList();
    var comparison = new ForkComparison(edge, incarnations, forks.undecided(incarnations));
    ask(
        stream,
        comparison,
        () -> {
          if (doubtful.isEmpty()) {
            settle(stream, comparison);
          } else {
            judge(stream, doubtful, comparison);
          }
        });
  }

  /** Whether a frame is of no account in this session. */
  boolean ignores(HubStream stream, HubFrame frame) {
    return comparing.filter(one -> one == stream).isPresent()
        && switch (frame.getFrameCase()) {
          case LOCATED, ERROR, REFUSED, HEARTBEAT -> false;
          default -> true;
        };
  }

  private void ask(HubStream stream, ForkComparison comparison, Runnable then) {
    var next = comparison.next();
    if (next.isEmpty()) {
      then.run();
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
                    answered(stream, comparison, located, then);
                  }
                });
  }

  private void answered(
      HubStream stream, ForkComparison comparison, Located located, Runnable then) {
    try {
      comparison.answered(located);
      ask(stream, comparison, then);
    } catch (RuntimeException e) {
      LOG.error("a fork could not be compared", e);
      stream.cancel("a fork could not be compared: " + e);
    }
  }

  private void judge(HubStream stream, Set<Doubt> doubtful, ForkComparison comparison) {
    var twice = new TreeSet<Long>(Long::compareUnsigned);
    for (var doubt : doubtful) {
      if (comparison.foundAnother(doubt.incarnation())) {
        twice.add(doubt.incarnation());
      } else {
        cleared.add(doubt);
      }
    }
    found(new Answer.Forked(false, twice));
    stream.cancel("what is pending of an earlier incarnation is compared");
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
