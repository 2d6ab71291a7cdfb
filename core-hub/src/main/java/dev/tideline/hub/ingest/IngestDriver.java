package dev.tideline.hub.ingest;

import dev.tideline.hub.changelog.ChangeLogDriver;
import dev.tideline.hub.changelog.HubClock;
import dev.tideline.hub.fanout.FanoutDriver;
import dev.tideline.hub.fanout.FrameStream;
import dev.tideline.hub.heal.HealDriver;
import dev.tideline.hub.reconcile.ReconcileDriver;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.hub.reconcile.Tally;
import dev.tideline.hub.snapshot.SnapshotSessions;
import dev.tideline.model.Catalog;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.SizeLimits;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.ChangeLogRecord;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubEdge;
import dev.tideline.wire.v1.IncarnationClosed;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.PartitionSequence;
import dev.tideline.wire.v1.RetainedIncarnation;
import dev.tideline.wire.v1.SessionBegun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All conversations with edges, and what they share. Safe for threads. */
public final class IngestDriver implements SnapshotSessions, HealDriver.Others {

  private static final Logger LOG = LoggerFactory.getLogger(IngestDriver.class);

  private final Shared shared;
  private final EdgeRegistry registry = new EdgeRegistry();
  private final AtomicLong fences = new AtomicLong();
  private final Set<HubSession> sessions = ConcurrentHashMap.newKeySet();
  private volatile Catalog catalog = Catalog.NONE;
  private volatile boolean serving;

  public IngestDriver(Shared shared) {
    this.shared = shared;
  }

  /** The stations behind, and what every session uses of the house. */
  public record Shared(
      ReconcileDriver reconcile,
      ChangeLogDriver changeLog,
      FanoutDriver fanout,
      HealDriver healer,
      HubClock clock,
      Tally tally,
      Limits limits) {}

  /**
   * What a session is told, and may take.
   *
   * @param heartbeatIntervalMs between an edge's heartbeats
   * @param inFlightBytesMax undecided bytes per session
   */
  public record Limits(int heartbeatIntervalMs, long inFlightBytesMax) {

    /** Frames of an edge that may be unanswered. */
    int credits() {
      return (int) Math.max(2, inFlightBytesMax / SizeLimits.BATCH_BYTES_MAX);
    }
  }

  /** Takes a record of the log. */
  public void replay(SessionBegun begun) {
    synchronized (registry) {
      registry.meet(begun);
    }
  }

  /** Takes a record of the log. */
  public void replay(IncarnationClosed closed) {
    synchronized (registry) {
      registry.close(closed);
    }
    var source = new Source(new EdgeId(closed.getEdge()), closed.getIncarnation());
    if (closed.getForgotten()) {
      var _ = shared.reconcile().forget(source);
    } else {
      shared.reconcile().close(source);
    }
  }

  /** Takes from a checkpoint since when an edge does not name an incarnation. */
  public void restoreAbsent(EdgeId edge, HubEdge.Absent absent) {
    synchronized (registry) {
      registry.absent(edge, absent.getIncarnation(), absent.getSinceMs());
    }
  }

  /** Every edge that was ever met, with its incarnations in the order of meeting. */
  public List<HubEdge> known() {
    var all = new ArrayList<HubEdge>();
    synchronized (registry) {
      registry.edges().forEach((edge, known) -> all.add(encode(edge, known)));
    }
    return all;
  }

  private static HubEdge encode(EdgeId edge, EdgeRegistry.Known known) {
    var encoded =
        HubEdge.newBuilder()
            .setEdge(edge.text())
            .addAllIncarnations(known.incarnations())
            .addAllClosed(known.closed())
            .addAllDrained(known.drained());
    known
        .forgotten()
        .forEach(
            (incarnation, decided) ->
                encoded
                    .addForgottenBuilder()
                    .setIncarnation(incarnation)
                    .addAllDecided(encode(decided)));
    known
        .absentSinceMs()
        .forEach(
            (incarnation, since) ->
                encoded.addAbsentBuilder().setIncarnation(incarnation).setSinceMs(since));
    return encoded.build();
  }

  private static List<PartitionSequence> encode(Map<Integer, Long> decided) {
    return decided.entrySet().stream()
        .map(
            one ->
                PartitionSequence.newBuilder()
                    .setPartition(one.getKey())
                    .setSequence(one.getValue())
                    .build())
        .toList();
  }

  @Override
  public List<EdgeId> enrolled() {
    synchronized (registry) {
      return List.copyOf(registry.edges().keySet());
    }
  }

  @Override
  public void end(Error why) {
    sessions.forEach(session -> session.makeWay(why));
  }

  /** From here on edges are welcome; fences begin above the term, so that a restart raises them. */
  public void open(Catalog served, long term) {
    catalog = served;
    fences.set(term);
    serving = true;
  }

  /** A conversation over a stream that an edge has opened. */
  public HubSession connect(FrameStream stream) {
    var session = new HubSession(this, shared, shared.fanout().open(stream));
    sessions.add(session);
    if (!serving) {
      session.stop(Errors.retryable(Error.Code.SHUTTING_DOWN, "the hub is not serving"));
    }
    return session;
  }

  /** Whether edges are welcome. */
  public boolean serving() {
    return serving;
  }

  /** An edge takes part, or why not. */
  sealed interface Admission {
    record Admitted(long fence, Optional<HubSession> before) implements Admission {}

    record Refused(Error error) implements Admission {}
  }

  /**
   * Makes a session the edge's, unless its incarnation is fenced. An incarnation that is met first
   * is written into the change log; the order there is the order in which they count.
   */
  Admission admit(EdgeId edge, Hello hello, HubSession session) {
    synchronized (registry) {
      if (hello.getDrain()) {
        return drain(edge, hello);
      }
      switch (registry.standing(edge, hello.getIncarnation())) {
        case FENCED -> {
          return new Admission.Refused(
              Errors.lasting(
                  Error.Code.FENCED,
                  "incarnation %x of edge %s is fenced: a newer one has been seen; two processes"
                          .formatted(hello.getIncarnation(), edge)
                      + " with one edge id cannot both be live"));
        }
        case FIRST_SEEN -> {
          var begun =
              SessionBegun.newBuilder()
                  .setEdge(edge.text())
                  .setIncarnation(hello.getIncarnation())
                  .build();
          shared.changeLog().append(ChangeLogRecord.newBuilder().setSession(begun));
          registry.meet(begun);
        }
        case LIVE -> {}
      }
      hello.getForkedList().forEach(forked -> close(edge, forked));
      forget(edge, hello);
      return new Admission.Admitted(
          fences.incrementAndGet(), registry.replace(edge, session, hello));
    }
  }

  /** It takes nobody's place, so there is nobody before it. */
  private Admission drain(EdgeId edge, Hello hello) {
    var known = registry.find(edge);
    if (known.isEmpty() || known.get().live() == hello.getIncarnation()) {
      return new Admission.Refused(
          Errors.retryable(
              Error.Code.UNSUPPORTED,
              "incarnation %x of edge %s is not fenced: it has nothing to drain"
                  .formatted(hello.getIncarnation(), edge)));
    }
    if (!known.get().met(hello.getIncarnation())) {
      var begun =
          SessionBegun.newBuilder()
              .setEdge(edge.text())
              .setIncarnation(hello.getIncarnation())
              .setDrain(true)
              .build();
      shared.changeLog().append(ChangeLogRecord.newBuilder().setSession(begun));
      registry.meet(begun);
    }
    hello.getForkedList().forEach(forked -> close(edge, forked));
    registry.note(edge, hello, shared.clock().wallMs());
    return new Admission.Admitted(fences.incrementAndGet(), Optional.empty());
  }

  /** What another copy of the incarnation has sent and was not decided is not decided any more. */
  private void close(EdgeId edge, long forked) {
    var closed = IncarnationClosed.newBuilder().setEdge(edge.text()).setIncarnation(forked).build();
    if (!registry.find(edge).orElseThrow().closed().contains(forked)) {
      append(closed);
      shared.reconcile().close(new Source(edge, forked));
    }
  }

  /**
   * Forgets what was decided of incarnations that the edge has not named for as long as receipts
   * are kept. If one comes back all the same, from an old copy of a disk, it is refused.
   */
  private void forget(EdgeId edge, Hello hello) {
    long wallMs = shared.clock().wallMs();
    registry.note(edge, hello, wallMs);
    for (long incarnation : registry.absentSince(edge, wallMs - ReconcileDriver.RECEIPTS_KEPT_MS)) {
      try {
        forget(new Source(edge, incarnation));
      } catch (LogFullException e) {
        LOG.warn("incarnation {} of edge {} is not forgotten yet", incarnation, edge, e);
        return;
      }
    }
  }

  /** The row is written first: memory forgets nothing of which a restart would know too little. */
  private void forget(Source source) {
    var closed =
        IncarnationClosed.newBuilder()
            .setEdge(source.edge().text())
            .setIncarnation(source.incarnation())
            .setForgotten(true)
            .addAllDecided(encode(shared.reconcile().decided(source)));
    append(closed.build());
    var decided = encode(shared.reconcile().forget(source));
    if (!decided.equals(closed.getDecidedList())) {
      append(closed.clearDecided().addAllDecided(decided).build());
    }
  }

  private void append(IncarnationClosed closed) {
    shared.changeLog().append(ChangeLogRecord.newBuilder().setClosed(closed));
    registry.close(closed);
  }

  /** Of the incarnations that an edge retains those of which nothing more is decided. */
  List<Long> closed(Hello hello) {
    synchronized (registry) {
      var closed = registry.find(new EdgeId(hello.getEdge())).orElseThrow().closed();
      return hello.getRetainedList().stream()
          .map(RetainedIncarnation::getIncarnation)
          .filter(closed::contains)
          .toList();
    }
  }

  Located locate(Locate locate) {
    Located.Builder located;
    synchronized (registry) {
      var edge = registry.find(new EdgeId(locate.getId().getEdge()));
      located = Locator.locate(locate, shared.reconcile(), edge);
    }
    if (locate.getCompare()) {
      var head = shared.reconcile().status(locate.getPartition()).position();
      ContentSearch.look(locate, shared.changeLog(), head, located);
    }
    return located.build();
  }

  /** The catalog in force. */
  public Catalog catalog() {
    return catalog;
  }

  @Override
  public boolean isOpen(EdgeId edge, long incarnation, long fence) {
    return session(edge).filter(session -> session.isOpen(incarnation, fence)).isPresent();
  }

  @Override
  public boolean isSent(EdgeId edge, Interests scope) {
    return session(edge).filter(session -> session.isSent(scope)).isPresent();
  }

  @Override
  public Map<Long, Map<Integer, Long>> forgotten(EdgeId edge) {
    synchronized (registry) {
      return registry.find(edge).map(EdgeRegistry.Known::forgottenAndRetained).orElse(Map.of());
    }
  }

  private Optional<HubSession> session(EdgeId edge) {
    synchronized (registry) {
      return registry.find(edge).flatMap(EdgeRegistry.Known::session);
    }
  }

  void left(HubSession session) {
    sessions.remove(session);
  }

  /** How every edge that was ever met stands. */
  public List<EdgeStatus> edges() {
    record Met(EdgeId edge, long live, Optional<HubSession> session) {}
    var met = new ArrayList<Met>();
    synchronized (registry) {
      registry
          .edges()
          .forEach((edge, known) -> met.add(new Met(edge, known.live(), known.session())));
    }
    // Outside the lock: a session that handles a frame holds its own and may want the registry.
    return met.stream()
        .map(
            one ->
                one.session()
                    .map(session -> session.status(one.edge(), one.live()))
                    .orElseGet(() -> new EdgeStatus(one.edge(), one.live(), false, 0, 0, 0)))
        .toList();
  }

  /** Ends every conversation; afterwards none of them touches the change log. */
  public void close() {
    serving = false;
    var stopping = Errors.retryable(Error.Code.SHUTTING_DOWN, "the hub is shutting down");
    for (var session : sessions) {
      session.stop(stopping);
      session.closed();
    }
  }
}
