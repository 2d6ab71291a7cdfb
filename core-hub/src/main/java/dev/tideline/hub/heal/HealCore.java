package dev.tideline.hub.heal;

import dev.tideline.hub.reconcile.Share;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.model.EdgeId;
import dev.tideline.model.LostHistory;
import dev.tideline.wire.v1.Former;
import dev.tideline.wire.v1.Mutation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is waited for in a round of healing, and what is decided next. It has no thread, clock, log
 * or stream; one thread of the driver's guards it.
 *
 * <p>Whoever comes brings one partition after the other, ascending, and of each everything that it
 * retains above the watermarks, whether it was decided before or not, in the order in which it was
 * made. {@link Rank} gives each its place; the places of one edge never go down, neither within a
 * partition nor from one to the next. So the order over all edges is an ordinary merge of sorted
 * streams: the lowest of what comes next at each edge is decided as soon as every edge has told
 * what comes next at it, or that nothing does. It needs no more of each edge than its next
 * mutation, hence a few batches in memory however much there is; and it cannot lock up, for an edge
 * waits for the others only while something of its own lies here that comes later than theirs, and
 * the edge that has the lowest waits for nobody: it is decided, room for another batch of its
 * becomes free, and its next one comes, or it falls silent and is let go.
 *
 * <pre>
 *  state      event                                             next
 *  IDLE       an edge with a claim comes                        GATHERING
 *  IDLE       a straggler comes                                 DECIDING, alone
 *  GATHERING  an edge comes or leaves                           GATHERING
 *  GATHERING  every enrolled edge is here, or the deadline      DECIDING
 *  DECIDING   an edge leaves before the deadline                GATHERING
 *  DECIDING   an edge leaves, or is silent, after it            DECIDING, without it
 *  DECIDING   everything that everybody retains was decided     IDLE
 * </pre>
 */
public final class HealCore {

  /** Of one source and partition at a time: what one record of the log holds. */
  private static final int SHARE_MUTATIONS_MAX = 256;

  /** A silent edge holds up the others for as long, at most, once the deadline has passed. */
  static final long SILENCE_MS_MAX = 10_000;

  private final long deadlineAfterMs;
  private final Map<EdgeId, Participant> participants = new TreeMap<>();
  private boolean running;
  private boolean alone;
  private long deadlineMs;

  /**
   * A core without a round.
   *
   * @param deadlineAfterMs for how long absent edges are waited for
   */
  public HealCore(long deadlineAfterMs) {
    this.deadlineAfterMs = deadlineAfterMs;
  }

  /** Where the round stands. */
  public enum Phase {
    IDLE,
    GATHERING,
    DECIDING
  }

  /** What is to be done. */
  public sealed interface Step {

    /**
     * Have it decided.
     *
     * @param edge that sent it
     * @param batches of the edge that end with it
     */
    record Decide(EdgeId edge, Share share, int batches) implements Step {}

    /** The edge is silent: without it. */
    record LetGo(EdgeId edge) implements Step {}

    /** All was decided. */
    record Finish(List<Outcome> partitions) implements Step {}

    /** Nothing, until something happens or time passes. */
    record Wait() implements Step {}
  }

  /**
   * What a round was about in one partition.
   *
   * @param lost histories, with the last revision known of each
   * @param decided up to where the edges that brought all they retain knew their mutations decided
   */
  public record Outcome(int partition, Map<LostHistory, Long> lost, Map<Source, Long> decided) {}

  /** Whether a round goes on for which everybody else waits. */
  public boolean active() {
    return running && !alone;
  }

  /** Where the round stands at a moment. */
  public Phase phase(long nowMs) {
    if (!running) {
      return Phase.IDLE;
    }
    return waitingFor(nowMs).isEmpty() ? Phase.DECIDING : Phase.GATHERING;
  }

  /** The absent edges that are waited for at a moment. */
  public List<EdgeId> waitingFor(long nowMs) {
    var absent = new ArrayList<EdgeId>();
    if (running && nowMs < deadlineMs) {
      participants.forEach(
          (edge, participant) -> {
            if (!participant.present()) {
              absent.add(edge);
            }
          });
    }
    return absent;
  }

  /** When absent edges are no longer waited for. */
  public long deadlineMs() {
    return deadlineMs;
  }

  /**
   * An edge is here.
   *
   * @param claims what it knows that the hub does not, if anything: what it retains may be needed
   *     all the same, for somebody else may have seen it decided
   * @param enrolled all edges that the hub knows
   * @return false if it must come again later
   */
  public boolean come(EdgeId edge, List<Claim> claims, Collection<EdgeId> enrolled, long nowMs) {
    if (!running) {
      running = true;
      alone = claims.stream().allMatch(Claim::late);
      deadlineMs = alone ? nowMs : nowMs + deadlineAfterMs;
      if (!alone) {
        enrolled.forEach(each -> participants.put(each, new Participant()));
      }
    } else if (alone && !participants.containsKey(edge)) {
      return false;
    }
    participants.computeIfAbsent(edge, any -> new Participant()).come(claims, nowMs);
    return true;
  }

  /** An edge has sent a batch. */
  public void retained(EdgeId edge, List<Retained> batch, boolean last, long nowMs) {
    var participant = participants.get(edge);
    if (participant != null && participant.present()) {
      participant.add(batch, last, nowMs);
    }
  }

  /** An edge is gone; what it sent comes again when it does. */
  public void left(EdgeId edge) {
    var participant = participants.get(edge);
    if (participant != null && !participant.done()) {
      participant.leave();
    }
  }

  /** The round is given up; it begins again when edges come again. */
  public void abort() {
    running = false;
    participants.clear();
  }

  /** What to do next. */
  public Step next(long nowMs) {
    if (!running || !waitingFor(nowMs).isEmpty()) {
      return new Step.Wait();
    }
    EdgeId first = null;
    for (var each : participants.entrySet()) {
      var participant = each.getValue();
      if (participant.awaited()) {
        boolean silent = nowMs >= deadlineMs && participant.silentSince(nowMs - SILENCE_MS_MAX);
        return silent ? letGo(each.getKey()) : new Step.Wait();
      }
      if (participant.hasHead() && (first == null || isBefore(participant, first))) {
        first = each.getKey();
      }
    }
    return first == null ? finish() : decide(first, nowMs);
  }

  private Step letGo(EdgeId edge) {
    left(edge);
    return new Step.LetGo(edge);
  }

  private boolean isBefore(Participant participant, EdgeId other) {
    return participant.rank().compareTo(participant(other).rank()) < 0;
  }

  private Participant participant(EdgeId edge) {
    return participants.getOrDefault(edge, new Participant());
  }

  /** As many as follow each other in the order over all edges, of one source and partition. */
  private Step decide(EdgeId edge, long nowMs) {
    var from = participant(edge);
    var head = from.head();
    var limit = nextRank(edge);
    var mutations = new ArrayList<Mutation>();
    var formers = new ArrayList<Former>();
    int batches = 0;
    while (from.hasHead()
        && mutations.size() < SHARE_MUTATIONS_MAX
        && from.head().goesWith(head)
        && (limit == null || from.rank().compareTo(limit) <= 0)) {
      mutations.add(from.head().mutation());
      formers.add(from.head().former());
      batches += from.take(nowMs) ? 1 : 0;
    }
    var share = new Share(head.source(), head.partition(), mutations, formers);
    return new Step.Decide(edge, share, batches);
  }

  /** The first place of what others have sent; null if they have sent nothing. */
  private @Nullable Rank nextRank(EdgeId besides) {
    Rank first = null;
    for (var each : participants.entrySet()) {
      if (!each.getKey().equals(besides) && each.getValue().hasHead()) {
        var rank = each.getValue().rank();
        first = first == null || rank.compareTo(first) < 0 ? rank : first;
      }
    }
    return first;
  }

  private Step finish() {
    var outcomes = new TreeMap<Integer, Outcome>();
    for (var participant : participants.values()) {
      for (var claim : participant.claims()) {
        var outcome =
            outcomes.computeIfAbsent(
                claim.partition(),
                partition -> new Outcome(partition, new HashMap<>(), new HashMap<>()));
        join(outcome.lost(), claim.history(), claim.knownTo());
        if (participant.done()) {
          claim
              .decided()
              .forEach((source, sequence) -> outcome.decided().merge(source, sequence, Math::max));
        }
      }
    }
    abort();
    return new Step.Finish(List.copyOf(outcomes.values()));
  }

  private static void join(Map<LostHistory, Long> all, LostHistory history, long knownTo) {
    if (history.terms().isEmpty()) {
      return;
    }
    var joined = history;
    long known = knownTo;
    for (var other : List.copyOf(all.keySet())) {
      if (other.meets(joined)) {
        known = Math.max(known, all.getOrDefault(other, 0L));
        all.remove(other);
        joined = joined.with(other);
      }
    }
    all.put(joined, known);
  }
}
