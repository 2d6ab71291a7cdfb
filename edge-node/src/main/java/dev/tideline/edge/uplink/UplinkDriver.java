package dev.tideline.edge.uplink;

import dev.tideline.edge.journal.Journal;
import dev.tideline.edge.replica.ReplicaDriver;
import dev.tideline.edge.uplink.UplinkCore.Answer;
import dev.tideline.edge.uplink.UplinkCore.Known;
import dev.tideline.edge.uplink.UplinkCore.WatermarkKey;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.Receipt;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.telemetry.Telemetry;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Error;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.MutationAck;
import dev.tideline.wire.v1.ReadAnswer;
import dev.tideline.wire.v1.ReplicationGrpc;
import dev.tideline.wire.v1.Welcome;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one stream to the hub: dials, dials again with full jitter, beats, and gives a silent
 * stream up. One timer thread; everything else runs on the thread that brings it.
 */
public final class UplinkDriver implements AutoCloseable, HubStream.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(UplinkDriver.class);

  /** Before the hub names its own interval. */
  private static final long FIRST_HEARTBEAT_MS = 500;

  /** Heartbeats without a byte from the hub after which the stream is given up. */
  private static final int SILENT_HEARTBEATS_MAX = 6;

  private final UplinkCore core;
  private final ReplicaDriver replica;
  private final Journal journal;
  private final Freshness freshness;
  private final Downlink downlink;
  private final UplinkCounts counts;
  private final Machine machine;
  private final HubLink channel;
  private final ScheduledExecutorService timer;
  private final HubQuestions questions;
  private final LoadDriver loads;
  private final ForkDriver forks;
  private final Drain drain;
  private final Backoff backoff;
  private final Heartbeats heartbeats;
  private final Object lock = new Object();

  private Optional<HubStream> stream = Optional.empty();
  private volatile Optional<HubStream> connected = Optional.empty();
  private volatile Optional<HubStream> beating = Optional.empty();
  private Optional<MutationFeed> feed = Optional.empty();
  private Optional<HealFeed> healing = Optional.empty();
  private volatile HubStatus status;
  private volatile long lastHeardNs;
  private volatile long heartbeatMs = FIRST_HEARTBEAT_MS;
  private volatile Interests told = Interests.NONE;
  private volatile boolean closed;

  /** What an uplink is made of. */
  public record Parts(
      EdgeId edge,
      ReplicaDriver replica,
      Journal journal,
      Freshness freshness,
      Machine machine,
      Telemetry telemetry) {}

  /**
   * An uplink that has yet to start; it closes the channels.
   *
   * @param bulk for snapshots, so that they never delay the stream
   */
  public UplinkDriver(Parts parts, HubLink channel, HubLink bulk) {
    core = new UplinkCore(parts.edge());
    replica = parts.replica();
    journal = parts.journal();
    freshness = parts.freshness();
    machine = parts.machine();
    this.channel = channel;
    timer = machine.threads().apply("uplink-timer");
    questions = new HubQuestions(machine);
    loads = new LoadDriver(parts.edge(), replica.loads(), bulk, machine);
    var observer = new ApplyObserver(parts.edge(), machine.clock(), parts.telemetry());
    downlink = new Downlink(replica, freshness, observer, questions);
    var metrics = parts.telemetry().metrics();
    forks = new ForkDriver(parts.edge(), replica.forks(), questions, machine, metrics);
    drain = new Drain(replica);
    counts = new UplinkCounts(parts.telemetry().metrics(), this::status);
    status = new HubStatus(channel.address(), core.state(), core.detail());
    backoff = new Backoff(machine.random());
    heartbeats = new Heartbeats(parts, downlink);
  }

  /** Begins dialling. */
  public void start() {
    timer.execute(this::dial);
    after(FIRST_HEARTBEAT_MS, this::beat);
  }

  /** The journal has more to send. */
  public void wake() {
    connected.ifPresent(HubStream::wake);
  }

  /** Where the edge stands with its hub. */
  public HubStatus status() {
    return status;
  }

  /** Asks the hub what became of a write; fails if the hub cannot be reached. */
  public CompletableFuture<Located> locate(Receipt receipt) {
    return questions.locate(connected, receipt);
  }

  /**
   * Asks the hub for keys of one zone that are not all held here; fails if the hub cannot be
   * reached, or has not answered in time.
   */
  public CompletableFuture<ReadAnswer> readThrough(List<QualifiedKey> keys, long withinMs) {
    return questions.read(connected, keys, withinMs);
  }

  /**
   * Wants more.
   *
   * @throws dev.tideline.model.InvalidInputException if it would be too many; nothing was changed
   */
  public void addInterests(Collection<Interest> more) {
    loads.changed(more, List.of());
  }

  /** Wants less. */
  public void removeInterests(Collection<Interest> less) {
    loads.changed(List.of(), less);
  }

  private void dial() {
    synchronized (lock) {
      if (closed || stream.isPresent() || (core.state().isFinal() && drain.isDone())) {
        return;
      }
      var held =
          new UplinkCore.Held(
              replica.loads().ready(), replica.loads().cursors(), replica.forks().uncompared());
      told = held.ready();
      var hello =
          core.dial(
              replica.progress(),
              held,
              replica.layout(),
              replica.catalog().version(),
              machine.clock().millis());
      lastHeardNs = machine.monotonicNs().getAsLong();
      publish();
      var opened = new HubStream(this, timer);
      stream = Optional.of(opened);
      opened.open(
          ReplicationGrpc.newStub(channel.connect()),
          EdgeFrame.newBuilder().setHello(hello).build());
    }
  }

  private void beat() {
    if (closed) {
      return;
    }
    try {
      Optional<HubStream> silent;
      synchronized (lock) {
        long silentNs = machine.monotonicNs().getAsLong() - lastHeardNs;
        boolean lost = silentNs > TimeUnit.MILLISECONDS.toNanos(silentMaxMs());
        silent = lost ? stream : Optional.empty();
      }
      silent.ifPresent(lost -> lost.cancel("no byte from the hub for " + silentMaxMs() + " ms"));
      beating.ifPresent(heartbeats::send);
    } catch (RuntimeException e) {
      LOG.warn("a heartbeat failed", e);
    } finally {
      after(heartbeatMs, this::beat);
    }
  }

  private long silentMaxMs() {
    return heartbeatMs * SILENT_HEARTBEATS_MAX;
  }

  @Override
  public void frame(HubStream from, HubFrame frame) {
    if (!isCurrent(from)) {
      return;
    }
    lastHeardNs = machine.monotonicNs().getAsLong();
    if (forks.ignores(from, frame)) {
      return;
    }
    switch (frame.getFrameCase()) {
      case WELCOME -> welcome(from, frame.getWelcome());
      case REFUSED -> refused(from, frame.getRefused().getError());
      case ERROR -> refused(from, frame.getError());
      case MUTATION_ACK -> acknowledged(from, frame.getMutationAck());
      case CHANGE_BATCH -> downlink.changes(from, frame.getChangeBatch());
      case CAUGHT_UP -> downlink.caughtUp(from, frame.getCaughtUp());
      case HEARTBEAT -> {
        counts.heartbeat(frame.getHeartbeat(), machine.clock().millis());
        downlink.heartbeat(frame.getHeartbeat());
      }
      case LOCATED -> questions.answered(frame.getLocated().getRequest(), frame);
      case READ_ANSWER -> questions.answered(frame.getReadAnswer().getRequest(), frame);
      case HEAL_TAKEN -> healTaken(from);
      case HEALED -> from.cancel(HealFeed.text(frame.getHealed()));
      case INTEREST_TAKEN -> loads.taken(frame.getInterestTaken());
      default -> downlink.other(frame);
    }
  }

  /** A stream that was given up may still speak, and what it says is of no account. */
  private boolean isCurrent(HubStream which) {
    synchronized (lock) {
      return stream.isPresent() && stream.get() == which;
    }
  }

  /** A drain is over once everything has been taken. */
  private void finish(HubStream from) {
    synchronized (lock) {
      if (!drain.finish()) {
        return;
      }
      core.drained();
      publish();
    }
    from.cancel("drained");
  }

  private void acknowledged(HubStream from, MutationAck ack) {
    synchronized (lock) {
      feed.ifPresent(current -> current.acknowledged(ack.getIncarnation(), ack.getSequence()));
    }
    from.wake();
    finish(from);
  }

  private void welcome(HubStream from, Welcome welcome) {
    Answer answer;
    synchronized (lock) {
      var known = new Known(replica.progress(), replica.layout(), journal::isAnother, forks);
      answer = core.welcome(welcome, known);
      if (!(answer instanceof Answer.Stop)) {
        downlink.welcome(welcome);
      }
      publish();
    }
    switch (answer) {
      case Answer.Go go -> stream(from, welcome, go.watermarks(), false);
      case Answer.Drain(var watermarks) -> stream(from, welcome, watermarks, true);
      case Answer.Heal heal -> heal(from, welcome, heal);
      case Answer.Forked forked -> {
        forks.found(forked);
        from.cancel(status.detail());
      }
      case Answer.Compare compare -> {
        begin(from, welcome);
        forks.compare(from, compare.doubtful());
      }
      case Answer.Stop stop -> from.cancel(status.detail());
    }
  }

  /** The hub was set back: nothing else is said on this stream but what it may have lost. */
  private void heal(HubStream from, Welcome welcome, Answer.Heal heal) {
    var opened = new HealFeed(journal, replica, heal);
    begin(from, welcome);
    synchronized (lock) {
      healing = Optional.of(opened);
    }
    LOG.warn("{}", status.detail());
    from.feed(() -> opened.next(machine.clock().millis()));
  }

  private void begin(HubStream from, Welcome welcome) {
    synchronized (lock) {
      backoff.connected();
      heartbeatMs = Math.max(1, welcome.getHeartbeatIntervalMs());
      beating = Optional.of(from);
    }
  }

  private void healTaken(HubStream from) {
    synchronized (lock) {
      healing.ifPresent(HealFeed::taken);
    }
    from.wake();
  }

  private void stream(
      HubStream from, Welcome welcome, Map<WatermarkKey, Long> watermarks, boolean last) {
    if (!last) {
      loads.welcome(from, replica.progress().incarnation(), told, welcome);
    }
    long first =
        replica.firstToSend(
            (incarnation, partition) ->
                watermarks.getOrDefault(new WatermarkKey(incarnation, partition), 0L));
    var unsent = journal.read(first, replica.forks()::isForked);
    var opened = new MutationFeed(unsent, welcome.getInFlightBytesMax());
    begin(from, welcome);
    synchronized (lock) {
      feed = Optional.of(opened);
      connected = Optional.of(from).filter(one -> !last);
      drain.begin(Optional.of(opened).filter(one -> last));
    }
    counts.connected();
    LOG.info("connected to the hub at {}, {}", channel.address(), status.detail());
    if (!last) {
      heartbeats.send(from);
    }
    from.feed(() -> opened.frame(machine.clock().millis()));
    finish(from);
  }

  private void refused(HubStream from, Error error) {
    if (error.getCode() == Error.Code.FORKED_INCARNATION) {
      forks.leave();
    }
    synchronized (lock) {
      core.refused(error);
      publish();
    }
    from.cancel(status.detail());
  }

  @Override
  public void ended(HubStream which, String why) {
    synchronized (lock) {
      if (!isCurrent(which)) {
        return;
      }
      var before = core.state();
      core.ended(why);
      publish();
      if (before != UplinkState.CONNECTING || backoff.isFirst()) {
        LOG.info("without the hub: {} ({})", status.state(), status.detail());
      }
      stream = Optional.empty();
      connected = Optional.empty();
      beating = Optional.empty();
      feed.ifPresent(MutationFeed::close);
      feed = Optional.empty();
      healing.ifPresent(HealFeed::close);
      healing = Optional.empty();
      freshness.forgetUnanswered();
      questions.ended(why);
      loads.disconnected();
      if (core.state().isFinal()) {
        drain.fenced(core.detail());
      }
      after(backoff.nextMs(core.state()), this::dial);
    }
  }

  private void after(long delayMs, Runnable task) {
    if (!closed) {
      var _ = timer.schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  private void publish() {
    status = new HubStatus(channel.address(), core.state(), core.detail());
  }

  @Override
  public void close() {
    closed = true;
    synchronized (lock) {
      stream.ifPresent(open -> open.cancel("the edge stops"));
    }
    questions.close();
    timer.shutdownNow();
    loads.close();
    channel.close();
  }
}
