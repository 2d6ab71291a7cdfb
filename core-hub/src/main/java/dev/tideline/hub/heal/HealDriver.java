package dev.tideline.hub.heal;

import dev.tideline.codec.Ids;
import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.fanout.FanoutDriver;
import dev.tideline.hub.heal.HealCore.Outcome;
import dev.tideline.hub.heal.HealCore.Step;
import dev.tideline.hub.reconcile.HealedHistory;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.DecidedPlaces;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.PartitionHealed;
import dev.tideline.wire.v1.Unhealed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link HealCore} on a thread of its own: sessions hand over and never wait. Safe for
 * threads.
 */
public final class HealDriver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HealDriver.class);

  /** How exactly deadlines are kept. */
  private static final long TICK_MS = 50;

  /** For what is being decided when the hub stops. */
  private static final long END_MS_MAX = 5_000;

  private final ReconcileDriver reconcile;
  private final ChangeLogDriver changeLog;
  private final FanoutDriver fanout;
  private final LongSupplier nowMs;
  private final ScheduledExecutorService thread;
  private final LongAdder decidedAgain;
  private final LongAdder rounds;

  // Of the thread.
  private final HealCore core;
  private final Map<EdgeId, HealSession> sessions = new HashMap<>();
  private long againInRound;
  private boolean ticking;

  private volatile boolean active;
  private volatile HealStatus status;
  private final long awaitingUntilMs;

  /** The stations that it works with. */
  public record Parts(
      ReconcileDriver reconcile,
      ChangeLogDriver changeLog,
      FanoutDriver fanout,
      Metrics metrics,
      Machine machine) {}

  /**
   * A driver without a round.
   *
   * @param deadlineMs for how long absent edges are waited for
   */
  public HealDriver(Parts parts, long deadlineMs) {
    reconcile = parts.reconcile();
    changeLog = parts.changeLog();
    fanout = parts.fanout();
    var monotonicNs = parts.machine().monotonicNs();
    nowMs = () -> TimeUnit.NANOSECONDS.toMillis(monotonicNs.getAsLong());
    thread = parts.machine().threads().apply("healing");
    core = new HealCore(deadlineMs);
    awaitingUntilMs = nowMs.getAsLong() + deadlineMs;
    var metrics = parts.metrics();
    decidedAgain =
        metrics.counter(
            "tideline_hub_decided_again_total",
            "Mutations decided again that a lost history had decided.");
    rounds =
        metrics.counter("tideline_hub_healings_total", "Rounds of healing that were finished.");
    metrics.gauge(
        "tideline_hub_healing", "1 while edges wait for a round of healing.", () -> active ? 1 : 0);
    metrics.gauge(
        "tideline_hub_missing_decisions",
        "Decisions of lost histories that edges knew of and that nobody retained.",
        this::missing);
    status = new HealStatus(HealCore.Phase.IDLE, List.of(), 0, 0, 0);
  }

  /** Whether everybody brings what he retains, before anything else. */
  public boolean active() {
    return active;
  }

  /**
   * Whether edges that know more than this hub can still be expected: for as long after its start
   * as absent ones are waited for.
   */
  public boolean isAwaiting() {
    return nowMs.getAsLong() < awaitingUntilMs;
  }

  /** How healing stands. */
  public HealStatus status() {
    return status;
  }

  /** Decisions of lost histories that edges knew of and that nobody retained, ever. */
  public long missing() {
    long missing = 0;
    for (int partition = 0; partition < reconcile.layout().partitions(); partition++) {
      for (var healed : reconcile.status(partition).healed()) {
        missing += healed.missing();
      }
    }
    return missing;
  }

  /** Who else is concerned by a round. */
  public interface Others {

    /** All edges that the hub knows. */
    Collection<EdgeId> enrolled();

    /** Every session that goes on as usual ends. */
    void end(Error why);
  }

  /** An edge is here to bring what it retains. */
  public void come(EdgeId edge, List<Claim> claims, HealSession session, Others others) {
    run(
        () -> {
          boolean before = core.active();
          if (!core.come(edge, claims, others.enrolled(), nowMs.getAsLong())) {
            session.letGo(healing("another edge brings what it retains"));
            return;
          }
          for (var claim : claims) {
            if (!claim.history().terms().isEmpty()) {
              reconcile.learn(claim.partition(), claim.history(), claim.knownTo());
            }
          }
          active = core.active();
          if (active && !before) {
            LOG.warn(
                "this hub is an older copy: edge {} knows {} partitions beyond it, such as {};"
                    + " healing, {}",
                edge,
                claims.size(),
                claims.getFirst().partition(),
                waiting());
            others.end(healing("the hub was set back and gathers what it lost"));
          }
          sessions.put(edge, session);
          session.begin();
        });
  }

  private String waiting() {
    return "waiting for %s".formatted(core.waitingFor(nowMs.getAsLong()));
  }

  /** Why somebody has to come again. */
  public static Error healing(String text) {
    return Error.newBuilder()
        .setCode(Error.Code.HEALING)
        .setScope(Error.Scope.STREAM)
        .setRetryable(true)
        .setText(text)
        .build();
  }

  /** An edge tells where mutations stood: what others say they saw is understood by it. */
  public void places(List<DecidedPlaces> places) {
    places.forEach(reconcile::stood);
  }

  /** An edge has sent a batch. */
  public void retained(EdgeId edge, HealSession session, List<Retained> batch, boolean last) {
    run(
        () -> {
          if (session.equals(sessions.get(edge))) {
            core.retained(edge, batch, last, nowMs.getAsLong());
            if (batch.isEmpty()) {
              session.taken();
            }
          }
        });
  }

  /** A session is over. */
  public void left(EdgeId edge, HealSession session) {
    run(
        () -> {
          if (sessions.remove(edge, session)) {
            core.left(edge);
          }
        });
  }

  private void run(Runnable event) {
    thread.execute(
        () -> {
          event.run();
          steps();
        });
  }

  private void tick() {
    ticking = false;
    steps();
  }

  private void steps() {
    try {
      while (step(core.next(nowMs.getAsLong()))) {
        // There is more to do.
      }
    } catch (LogFullException e) {
      giveUp(Error.Code.STORAGE, "the hub is out of space: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("healing failed; it begins again when edges come again", e);
      giveUp(Error.Code.CODE_UNSPECIFIED, "defect in the hub: " + e);
    }
    active = core.active();
    long now = nowMs.getAsLong();
    var phase = core.phase(now);
    status =
        new HealStatus(
            phase,
            core.waitingFor(now),
            phase == HealCore.Phase.IDLE ? 0 : Math.max(0, core.deadlineMs() - now),
            decidedAgain.sum(),
            rounds.sum());
    if (phase != HealCore.Phase.IDLE && !ticking) {
      ticking = true;
      var _ = thread.schedule(this::tick, TICK_MS, TimeUnit.MILLISECONDS);
    }
  }

  private void giveUp(Error.Code code, String text) {
    core.abort();
    againInRound = 0;
    var why = healing(text).toBuilder().setCode(code).build();
    var all = List.copyOf(sessions.values());
    sessions.clear();
    all.forEach(session -> session.letGo(why));
  }

  private boolean step(Step step) {
    switch (step) {
      case Step.Decide decide -> decide(decide);
      case Step.LetGo(EdgeId edge) -> letGo(edge, "nothing came for too long");
      case Step.Finish(var outcomes) -> finish(outcomes);
      case Step.Wait wait -> {
        return false;
      }
    }
    return true;
  }

  private void letGo(EdgeId edge, String why) {
    LOG.warn("healing goes on without edge {}: {}", edge, why);
    core.left(edge);
    Optional.ofNullable(sessions.remove(edge)).ifPresent(session -> session.letGo(healing(why)));
  }

  private void decide(Step.Decide decide) {
    var submitted = reconcile.submit(decide.share());
    var session = Optional.ofNullable(sessions.get(decide.edge()));
    if (submitted == ReconcileDriver.Submitted.GAP) {
      letGo(decide.edge(), "what it retains does not follow what is decided");
      return;
    }
    long again = decide.share().formers().stream().filter(former -> former.hasPosition()).count();
    againInRound += again;
    decidedAgain.add(again);
    whenDurable(
        () -> {
          for (int i = 0; i < decide.batches(); i++) {
            session.ifPresent(HealSession::taken);
          }
        });
  }

  private void whenDurable(Runnable action) {
    changeLog.whenDurable(
        changeLog.lastPosition(),
        () -> {
          action.run();
          fanout.announce();
        });
  }

  private void finish(List<Outcome> outcomes) {
    for (var outcome : outcomes) {
      reconcile.healed(record(outcome));
    }
    rounds.increment();
    long missing = missing(outcomes);
    long again = againInRound;
    againInRound = 0;
    if (missing > 0) {
      LOG.warn("healed: {} mutations decided again, {} that nobody retains", again, missing);
    } else {
      LOG.info("healed: {} mutations decided again", again);
    }
    var all = List.copyOf(sessions.values());
    sessions.clear();
    whenDurable(() -> all.forEach(session -> session.healed(again, missing)));
  }

  private long missing(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(outcome -> reconcile.status(outcome.partition()).healed().stream())
        .mapToLong(HealedHistory::missing)
        .sum();
  }

  private PartitionHealed record(Outcome outcome) {
    var record = PartitionHealed.newBuilder().setPartition(outcome.partition());
    outcome
        .lost()
        .forEach((history, knownTo) -> record.addLost(Ids.encode(history)).addKnownTo(knownTo));
    record.addAllUnhealed(unhealed(outcome));
    return record.build();
  }

  /** What an edge knew to be decided at the end of an incarnation, and has not brought. */
  private List<Unhealed> unhealed(Outcome outcome) {
    var ranges = new ArrayList<Unhealed>();
    outcome
        .decided()
        .forEach(
            (source, sequence) -> {
              long decided = reconcile.watermark(outcome.partition(), source).sequence();
              if (decided < sequence) {
                ranges.add(range(source, decided, sequence));
              }
            });
    return ranges;
  }

  private static Unhealed range(Source source, long after, long to) {
    return Unhealed.newBuilder()
        .setEdge(source.edge().text())
        .setIncarnation(source.incarnation())
        .setAfterSequence(after)
        .setToSequence(to)
        .build();
  }

  /** Ends the thread; sessions end by themselves. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      var _ = thread.awaitTermination(END_MS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
