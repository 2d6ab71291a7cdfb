package dev.tideline.edge.uplink;

import com.google.protobuf.ByteString;
import dev.tideline.codec.Ids;
import dev.tideline.codec.InterestCodec;
import dev.tideline.edge.replica.ReplicaLoads;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.runtime.Machine;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.InterestTaken;
import dev.tideline.wire.v1.InterestUpdate;
import dev.tideline.wire.v1.PartitionStart;
import dev.tideline.wire.v1.ReplicationGrpc;
import dev.tideline.wire.v1.SnapshotNeeded;
import dev.tideline.wire.v1.SnapshotRequest;
import dev.tideline.wire.v1.Welcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the edge wants and does not have: tells the hub what is wanted, and fetches snapshots
 * on a connection of their own. One load at a time; what is wanted meanwhile comes next.
 *
 * <p>What must happen between two frames of the stream happens on the stream's thread: {@link
 * #welcome} and {@link #taken}. Everything else runs on one thread of its own, which may walk the
 * table.
 */
final class LoadDriver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoadDriver.class);

  private static final long RETRY_BASE_MS = 50;
  private static final long RETRY_CAP_MS = 3_000;

  private final EdgeId edge;
  private final ReplicaLoads loads;
  private final HubLink channel;
  private final RandomGenerator random;
  private final ScheduledExecutorService thread;
  private volatile Optional<Announced> announced = Optional.empty();

  // Of the thread.
  private Optional<Session> session = Optional.empty();
  private Optional<SnapshotFetch> fetch = Optional.empty();
  private Interests sent = Interests.NONE;
  private long version;
  private long loadNumber;
  private ByteString token = ByteString.EMPTY;
  private boolean received;
  private int failures;

  /** The open session. */
  private record Session(HubStream stream, long incarnation, long fence) {}

  /** What the hub was told and has not answered. */
  private record Announced(long version, Interests added, Interests sent) {}

  /**
   * A driver that does nothing before the first welcome.
   *
   * @param channel of its own: bulk never delays the stream
   */
  LoadDriver(EdgeId edge, ReplicaLoads loads, HubLink channel, Machine machine) {
    this.edge = edge;
    this.loads = loads;
    this.channel = channel;
    random = machine.random();
    thread = machine.threads().apply("loads");
    loads.onEnded(() -> run(this::ended));
  }

  /** Wants more, or less. */
  void changed(Collection<Interest> added, Collection<Interest> removed) {
    if (!added.isEmpty()) {
      loads.add(added);
    }
    if (!removed.isEmpty()) {
      loads.remove(removed);
      run(loads::dropUnkept);
    }
    run(this::step);
  }

  /**
   * A session begins; on the stream's thread, before anything that follows Welcome.
   *
   * @param ready what Hello told to be ready
   */
  void welcome(HubStream stream, long incarnation, Interests ready, Welcome welcome) {
    var needed = new ArrayList<SnapshotNeeded>();
    for (var start : welcome.getStartsList()) {
      if (start.getStartCase() == PartitionStart.StartCase.SNAPSHOT) {
        needed.add(start.getSnapshot());
      }
    }
    if (!needed.isEmpty()) {
      LOG.info("a snapshot is loaded beside what there is: {}", needed.getFirst().getReason());
    }
    loads.welcome(needed);
    long fence = welcome.getSessionFence();
    run(
        () -> {
          session = Optional.of(new Session(stream, incarnation, fence));
          sent = ready;
          failures = 0;
          step();
        });
  }

  /** The stream carries what was announced from here on; on the stream's thread. */
  void taken(InterestTaken told) {
    announced
        .filter(one -> one.version() == told.getVersion())
        .ifPresent(
            one -> {
              if (!one.added().isEmpty()) {
                loads.begin(one.added(), told.getStreamAfterList());
              }
              run(
                  () -> {
                    sent = one.sent();
                    announced = Optional.empty();
                    step();
                  });
            });
  }

  /** The session is over. */
  void disconnected() {
    run(
        () -> {
          session = Optional.empty();
          announced = Optional.empty();
          fetch.ifPresent(SnapshotFetch::cancel);
        });
  }

  private void ended() {
    LOG.info("loaded: {}", loads.ready());
    loads.dropUnkept();
    step();
  }

  private void run(Runnable work) {
    thread.execute(guarded(work));
  }

  private static Runnable guarded(Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        LOG.error("loading failed; it is tried again with the next session", e);
      }
    };
  }

  /** Does what there is to do next. */
  private void step() {
    if (session.isEmpty() || announced.isPresent()) {
      return;
    }
    if (loads.number() != loadNumber) {
      loadNumber = loads.number();
      token = ByteString.EMPTY;
      received = false;
      fetch.ifPresent(SnapshotFetch::cancel);
    }
    if (!loads.isLoading()) {
      announce(session.get());
    } else if (fetch.isEmpty() && !received) {
      fetch(session.get());
    }
  }

  private void announce(Session open) {
    var wanted = loads.wanted();
    var added = wanted.without(loads.ready().all());
    var removed = sent.without(wanted.all());
    if (added.isEmpty() && removed.isEmpty()) {
      return;
    }
    loads.dropUnkept();
    version++;
    announced = Optional.of(new Announced(version, added, wanted));
    var update =
        InterestUpdate.newBuilder()
            .setVersion(version)
            .addAllAdd(InterestCodec.encode(added.all()))
            .addAllRemove(InterestCodec.encode(removed.all()));
    open.stream().send(EdgeFrame.newBuilder().setInterestUpdate(update).build());
  }

  private void fetch(Session open) {
    var request =
        SnapshotRequest.newBuilder()
            .setEdge(edge.text())
            .setIncarnation(open.incarnation())
            .setSessionFence(open.fence())
            .addAllScope(InterestCodec.encode(loads.scope().all()))
            .setResumeToken(token);
    if (loads.isBeside()) {
      loads.known().forEach(position -> request.addVerdictsAfter(Ids.encode(position)));
    }
    long number = loadNumber;
    var opened = new SnapshotFetch(loads, token, one -> run(() -> done(one, number)));
    fetch = Optional.of(opened);
    opened.open(ReplicationGrpc.newStub(channel.connect()), request.build());
  }

  private void done(SnapshotFetch one, long number) {
    if (fetch.isPresent() && fetch.get() == one) {
      fetch = Optional.empty();
    }
    if (number == loadNumber) {
      received |= one.outcome() == SnapshotFetch.Outcome.RECEIVED;
      if (!one.token().equals(token)) {
        failures = 0;
      }
      token = one.outcome() == SnapshotFetch.Outcome.START_OVER ? ByteString.EMPTY : one.token();
    }
    if (session.isPresent() && !received) {
      long limitMs = Math.min(RETRY_CAP_MS, RETRY_BASE_MS << Math.min(failures++, 10));
      var _ = thread.schedule(this::step, random.nextLong(limitMs) + 1, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      var _ = thread.awaitTermination(RETRY_CAP_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    channel.close();
  }
}
