package dev.tideline.hub.ingest;

import dev.tideline.codec.InterestCodec;
import dev.tideline.hub.fanout.FanoutSession;
import dev.tideline.hub.heal.HealDriver;
import dev.tideline.hub.heal.HealSession;
import dev.tideline.hub.ingest.IngestCore.Action;
import dev.tideline.hub.ingest.IngestDriver.Admission;
import dev.tideline.hub.ingest.IngestDriver.Shared;
import dev.tideline.hub.reconcile.ReconcileDriver.Submitted;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interests;
import dev.tideline.model.InvalidInputException;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.ApplyAck;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.EdgeHeartbeat;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.GoAway;
import dev.tideline.wire.v1.HealTaken;
import dev.tideline.wire.v1.Healed;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.HubHeartbeat;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.ReadThrough;
import dev.tideline.wire.v1.Refused;
import java.util.BitSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One conversation with an edge: does what its {@link IngestCore} says. Every frame of the edge
 * holds one credit until it is answered, so the frames in flight are bounded whatever the edge
 * sends. What is answered waits, without a thread, until the change log is durable to where it
 * ended when the answer was found: hence a pure repetition is never acknowledged before the record
 * of its first, either.
 *
 * <p>Safe for threads: frames come from the stream's thread, fencing and stopping from others. A
 * session that fences another holds both locks, always the newer first.
 */
public final class HubSession implements HealSession {

  private static final Logger LOG = LoggerFactory.getLogger(HubSession.class);

  /** After GoAway edges come back spread over this time. */
  private static final int RETURN_DELAY_MS_MAX = 1000;

  private final IngestDriver ingest;
  private final Shared shared;
  private final FanoutSession fanout;
  private final IngestCore core;
  private final WhenDurable durable;

  // Guarded by this.
  private volatile Optional<EdgeId> edge = Optional.empty();
  private long[] applied;
  private volatile long fence;
  private volatile Interests sent = Interests.NONE;
  private boolean welcomed;
  private volatile boolean streaming;
  private Optional<SessionStart> healing = Optional.empty();
  private long lastSeenMs;
  private volatile long incarnation;

  HubSession(IngestDriver ingest, Shared shared, FanoutSession fanout) {
    this.ingest = ingest;
    this.shared = shared;
    this.fanout = fanout;
    core = new IngestCore(shared.reconcile().layout());
    durable = new WhenDurable(shared.changeLog(), shared.fanout(), shared.tally());
    applied = new long[shared.reconcile().layout().partitions()];
  }

  /** Takes the next frame of the edge. */
  public synchronized void receive(EdgeFrame frame) {
    lastSeenMs = shared.clock().wallMs();
    try {
      handle(core.onFrame(frame));
    } catch (LogFullException e) {
      fail(Errors.retryable(Error.Code.STORAGE, "the hub is out of space: " + e.getMessage()));
    } catch (InvalidInputException e) {
      fail(Errors.lasting(Error.Code.MALFORMED_FRAME, String.valueOf(e.getMessage())));
    } catch (RuntimeException e) {
      LOG.error("a frame of edge {} could not be handled", edge, e);
      fail(Errors.retryable(Error.Code.CODE_UNSPECIFIED, "defect in the hub: " + e));
    }
  }

  /** The stream takes frames, or takes frames again. */
  public void ready() {
    fanout.drain();
  }

  /** The stream is gone, or is to be let go; afterwards the change log is not touched. */
  public void closed() {
    synchronized (this) {
      over();
    }
    fanout.close();
    ingest.left(this);
  }

  /** The edge has nothing more to say. */
  public void finished() {
    synchronized (this) {
      over();
    }
    fanout.end();
    ingest.left(this);
  }

  private void handle(Action action) {
    switch (action) {
      case Action.Open open -> open(open);
      case Action.Refuse(Error error) -> refuse(error);
      case Action.Fail(Error error) -> fail(error);
      case Action.Decide decide -> decide(decide);
      case Action.Heal heal -> {
        shared.healer().places(heal.places());
        shared.healer().retained(edge.orElseThrow(), this, heal.retained(), heal.last());
      }
      case Action.Beat(EdgeHeartbeat heartbeat) -> beat(heartbeat);
      case Action.Find(Locate locate) -> find(locate);
      case Action.Want(InterestUpdate update) -> want(update);
      case Action.Answer(ReadThrough read) -> answer(read);
      case Action.Applied(ApplyAck ack) -> applied(ack);
      case Action.Ignore(String kind) -> {
        shared.tally().ignored(kind);
        fanout.credit();
      }
    }
  }

  private void open(Action.Open open) {
    switch (ingest.admit(open.edge(), open.hello(), this)) {
      case Admission.Refused(Error error) -> refuse(error);
      case Admission.Admitted(long admittedAs, Optional<HubSession> before) -> {
        before.ifPresent(older -> older.fence(open.hello().getIncarnation()));
        edge = Optional.of(open.edge());
        incarnation = open.hello().getIncarnation();
        fence = admittedAs;
        sent = InterestCodec.decode(open.hello().getReadyList());
        applied = SessionStart.applied(open.hello(), applied.length);
        welcome(open);
      }
    }
  }

  private void welcome(Action.Open open) {
    var hub =
        new SessionStart.Hub(
            shared.reconcile(), shared.changeLog(), ingest.catalog(), shared.healer().active());
    var start = SessionStart.of(open.hello(), open.edge(), hub);
    start
        .welcome()
        .setProtocol(IngestCore.PROTOCOL)
        .addAllClosed(ingest.closed(open.hello()))
        .setSessionFence(fence)
        .setHeartbeatIntervalMs(shared.limits().heartbeatIntervalMs())
        .setInFlightBytesMax(shared.limits().inFlightBytesMax())
        .setClockMs(shared.clock().wallMs())
        .setHybridClock(shared.clock().next().bits());
    boolean drain = open.hello().getDrain();
    boolean maySoonHeal = start.isAhead() && shared.healer().isAwaiting();
    if (drain && (shared.healer().active() || maySoonHeal)) {
      refuse(HealDriver.healing("the hub was set back and gathers what it lost"));
    } else if (drain) {
      durable.then(() -> openedToTake(start, new BitSet()));
    } else if (!start.healing().isEmpty()) {
      healing = Optional.of(start);
      shared.healer().come(open.edge(), start.claims(), this, ingest);
    } else {
      durable.then(() -> opened(open.edge(), start));
    }
  }

  /** It is this edge's turn to bring what it retains. No change is sent to it before the end. */
  @Override
  public void begin() {
    durable.then(() -> openedToTake(healing.orElseThrow(), healing.orElseThrow().healing()));
  }

  private synchronized void openedToTake(SessionStart start, BitSet heals) {
    if (core.state() == IngestCore.State.OPENING) {
      core.opened(heals);
      welcomed = true;
      shared.tally().session();
      fanout.answer(HubFrame.newBuilder().setWelcome(start.welcome()).build());
      fanout.credit(shared.limits().credits() - 1);
    }
  }

  @Override
  public void taken() {
    fanout.answer(HubFrame.newBuilder().setHealTaken(HealTaken.getDefaultInstance()).build());
  }

  @Override
  public synchronized void healed(long decidedAgain, long missing) {
    if (over()) {
      var healed = Healed.newBuilder().setDecidedAgain(decidedAgain).setMissing(missing);
      fanout.end(
          welcomed
              ? HubFrame.newBuilder().setHealed(healed).build()
              : lastWord(HealDriver.healing("healed: come again")));
    }
  }

  @Override
  public void letGo(Error why) {
    stop(why);
  }

  /** Ends unless it brings what its edge retains. */
  synchronized void makeWay(Error why) {
    if (edge.isPresent() && healing.isEmpty()) {
      stop(why);
    }
  }

  private synchronized void opened(EdgeId opened, SessionStart start) {
    if (core.state() == IngestCore.State.OPENING) {
      core.opened(start.healing());
      welcomed = true;
      streaming = true;
      shared.tally().session();
      fanout.begin(
          HubFrame.newBuilder().setWelcome(start.welcome()).build(),
          start.fanout(opened, sent),
          start.from(),
          () -> stop(Errors.BEHIND));
      fanout.credit(shared.limits().credits());
    }
  }

  private void decide(Action.Decide decide) {
    var refused = Submitted.DECIDED;
    try {
      for (var share : decide.shares()) {
        var submitted = shared.reconcile().submit(share);
        refused = submitted == Submitted.DECIDED ? refused : submitted;
      }
    } catch (LogFullException e) {
      durable.then(() -> {});
      throw e;
    }
    if (refused != Submitted.DECIDED) {
      durable.then(() -> {});
      fail(Errors.of(refused, decide.lastSequence()));
      return;
    }
    var ack = HubFrame.newBuilder().setMutationAck(decide.ack()).build();
    durable.then(() -> fanout.answer(ack));
  }

  private void beat(EdgeHeartbeat heartbeat) {
    fanout.answer(
        HubFrame.newBuilder()
            .setHeartbeat(
                HubHeartbeat.newBuilder()
                    .setClockMs(shared.clock().wallMs())
                    .setEdgeClockMs(heartbeat.getClockMs())
                    .setIdempotencyFull(shared.reconcile().idempotencyFull())
                    .setHybridClock(shared.clock().next().bits()))
            .build());
    fanout.heartbeat(heartbeat.getNumber(), shared.changeLog().lastPosition());
  }

  private void find(Locate locate) {
    var located = HubFrame.newBuilder().setLocated(ingest.locate(locate)).build();
    durable.then(() -> fanout.answer(located));
  }

  /** What is added or removed takes effect where the stream stands when it comes to it. */
  private void want(InterestUpdate update) {
    sent =
        sent.with(InterestCodec.decode(update.getAddList()).all())
            .without(InterestCodec.decode(update.getRemoveList()).all());
    fanout.interests(update, sent);
  }

  private void answer(ReadThrough read) {
    var answer = KeyReader.read(read, shared.reconcile(), edge.orElseThrow(), ingest.catalog());
    var frame = HubFrame.newBuilder().setReadAnswer(answer).build();
    durable.then(() -> fanout.answer(frame));
  }

  private void applied(ApplyAck ack) {
    for (var one : ack.getAppliedList()) {
      if (Integer.compareUnsigned(one.getPartition(), applied.length) < 0) {
        applied[one.getPartition()] = one.getApplied().getRevision();
      }
    }
    if (ack.hasNack()) {
      shared.tally().nack();
      LOG.warn(
          "edge {} could not apply {}/{} at revision {}: {}",
          edge.map(EdgeId::text).orElse("?"),
          ack.getNack().getNamespace(),
          ack.getNack().getKey(),
          ack.getNack().getRevision(),
          ack.getNack().getText());
    }
    fanout.credit();
  }

  /** The conversation is over; true if it was not before. */
  private boolean over() {
    streaming = false;
    if (healing.isPresent()) {
      edge.ifPresent(of -> shared.healer().left(of, this));
    }
    return core.close();
  }

  private void refuse(Error error) {
    over();
    shared.tally().refused(error.getCode());
    LOG.warn("an edge is refused: {}", error.getText());
    fanout.end(lastWord(error));
  }

  private void fail(Error error) {
    over();
    shared.tally().failed(error.getCode());
    LOG.warn(
        "the session of edge {} ends: {}", edge.map(EdgeId::text).orElse("?"), error.getText());
    fanout.end(lastWord(error));
  }

  private synchronized void fence(long newer) {
    if (over()) {
      fanout.end(lastWord(Errors.displaced(newer == incarnation)));
    }
  }

  /** The hub stops, or does not serve yet, or not any more an edge that does not keep up. */
  synchronized void stop(Error why) {
    if (!over()) {
      return;
    }
    if (welcomed) {
      var goAway = GoAway.newBuilder().setReason(why.getText()).setDelayMsMax(RETURN_DELAY_MS_MAX);
      fanout.end(HubFrame.newBuilder().setGoAway(goAway).build(), lastWord(why));
    } else {
      fanout.end(lastWord(why));
    }
  }

  /** Nothing but Welcome or Refused may answer a Hello. */
  private HubFrame lastWord(Error error) {
    return welcomed
        ? HubFrame.newBuilder().setError(error).build()
        : HubFrame.newBuilder().setRefused(Refused.newBuilder().setError(error)).build();
  }

  /** Whether this conversation goes on, as that session of that incarnation. */
  boolean isOpen(long ofIncarnation, long ofFence) {
    return streaming && incarnation == ofIncarnation && fence == ofFence;
  }

  /** Whether all of that is sent. */
  boolean isSent(Interests scope) {
    return sent.everything() || Set.copyOf(sent.all()).containsAll(scope.all());
  }

  synchronized EdgeStatus status(EdgeId of, long live) {
    long lag = 0;
    for (int partition = 0; partition < applied.length; partition++) {
      lag += Math.max(0, shared.reconcile().status(partition).head() - applied[partition]);
    }
    boolean connected = core.state() == IngestCore.State.STREAMING;
    return new EdgeStatus(of, live, connected, fence, lag, lastSeenMs);
  }
}
