package dev.tideline.drills.sim.world;

import com.google.protobuf.MessageLite;
import dev.tideline.drills.sim.world.HubDoor.Served;
import dev.tideline.wire.v1.SnapshotRequest;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC call over a link, seen from the edge's end. Ends are told of each other's end as late,
 * or never, as on a real network.
 */
final class SimCall<Q, A> extends ClientCall<Q, A> {

  private static final long TOLD_WITHIN_US = 300_000;

  /** When a client finds out that nobody is there. */
  private static final long PING_UNANSWERED_US = 20_000_000;

  /** When a server finds out that nobody is there. */
  private static final long KEEP_ALIVE_US = 4_000_000;

  private final Link link;
  private final World world;
  private final Life edge;
  private final boolean snapshot;
  private final Pipe up;
  private final Pipe down;
  private @Nullable Listener<A> listener;
  private @Nullable Served served;
  private boolean edgeClosed;
  private boolean hubClosed;

  SimCall(Link link, Life edge, MethodDescriptor<Q, A> method) {
    this.link = link;
    this.world = link.world();
    this.edge = edge;
    snapshot = method.getFullMethodName().endsWith("Snapshot");
    up = new Pipe(link, true, new Pipe.Ends(edge, this::edgeReady, edge, this::atHub));
    down = new Pipe(link, false, new Pipe.Ends(edge, this::hubReady, edge, this::atEdge));
  }

  @Override
  public void start(Listener<A> told, Metadata headers) {
    listener = told;
    link.opened(this);
    var hub = link.door().life();
    if (link.isCut() || hub.isEmpty()) {
      close(Status.UNAVAILABLE.withDescription("the hub cannot be reached"));
      return;
    }
    var life = hub.get();
    up.connect(edge, life);
    down.connect(life, edge);
    var what = (snapshot ? "serves a snapshot to " : "serves a session to ") + link.name();
    world.after(link.latencyUs(true, link.dice()), life, what, this::accept);
    world.after(0, edge, "may send on " + link.name(), this::edgeReady);
  }

  private void accept() {
    if (hubClosed) {
      return;
    }
    if (link.frozen(true)) {
      world.after(
          PING_UNANSWERED_US,
          edge,
          "has no answer to a ping",
          () -> close(Status.UNAVAILABLE.withDescription("no answer to a ping")));
      return;
    }
    var stream = new Stream();
    served = snapshot ? link.door().snapshot(stream) : link.door().session(stream);
    up.request(1);
    hubReady();
  }

  private void edgeReady() {
    if (!edgeClosed && listener != null) {
      listener.onReady();
    }
  }

  private void hubReady() {
    if (!hubClosed && served != null) {
      served.ready();
    }
  }

  private void atHub(MessageLite message) {
    if (!hubClosed && served != null) {
      served.message(message);
    }
  }

  @SuppressWarnings("unchecked") // the method says what its messages are
  private void atEdge(MessageLite message) {
    if (edgeClosed || listener == null) {
      return;
    }
    try {
      listener.onMessage((A) message);
    } catch (RuntimeException e) {
      world.tell(link.name(), "threw while it took a message: " + e);
      cancel("a message could not be taken: " + e, e);
    }
  }

  @Override
  public void request(int messages) {
    down.request(messages);
  }

  @Override
  public void sendMessage(Q message) {
    up.send((MessageLite) message);
  }

  @Override
  public void halfClose() {
    up.end(SnapshotRequest.getDefaultInstance(), this::finished);
  }

  private void finished() {
    if (!hubClosed && served != null) {
      served.finished();
    }
  }

  @Override
  public boolean isReady() {
    return !edgeClosed && up.ready();
  }

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {
    if (edgeClosed) {
      return;
    }
    close(Status.CANCELLED.withDescription(message));
    boolean heard = !link.frozen(true);
    closeHub(heard ? link.latencyUs(true, link.dice()) : KEEP_ALIVE_US);
  }

  /** The edge's end is over, and it is told so in an event of its own. */
  private void close(Status status) {
    if (edgeClosed) {
      return;
    }
    edgeClosed = true;
    down.cut();
    var told = listener;
    if (told != null) {
      world.after(
          link.dice().between(10, 1_000),
          edge,
          "stream ends: " + status.getCode() + " " + status.getDescription(),
          () -> told.onClose(status, new Metadata()));
    }
    leaveIfClosed();
  }

  private void closeHub(long laterUs) {
    up.cut();
    link.door()
        .life()
        .ifPresentOrElse(
            life ->
                world.after(
                    laterUs, life, "finds the stream of " + link.name() + " gone", this::hubEnds),
            this::hubEnds);
  }

  private void hubEnds() {
    if (!hubClosed) {
      hubClosed = true;
      if (served != null) {
        served.closed();
      }
      leaveIfClosed();
    }
  }

  private void leaveIfClosed() {
    if (edgeClosed && (hubClosed || served == null)) {
      link.closed(this);
    }
  }

  /** The connection breaks; each end finds out in its own time. */
  void reset() {
    up.cut();
    down.cut();
    world.after(
        link.dice().skewed(0, TOLD_WITHIN_US),
        edge,
        "finds its stream broken",
        () -> close(Status.UNAVAILABLE.withDescription("connection reset")));
    if (served == null) {
      hubClosed = true;
    } else if (!hubClosed) {
      closeHub(link.dice().skewed(0, TOLD_WITHIN_US));
    }
  }

  void hubGone() {
    up.cut();
    down.cut();
    hubClosed = true;
    if (link.dice().perMille(800)) {
      world.after(
          link.dice().skewed(0, TOLD_WITHIN_US),
          edge,
          "finds the hub gone",
          () -> close(Status.UNAVAILABLE.withDescription("the hub is gone")));
    }
  }

  void edgeGone(boolean silently) {
    up.cut();
    down.cut();
    edgeClosed = true;
    if (served == null) {
      hubClosed = true;
    } else if (!hubClosed) {
      closeHub(silently ? KEEP_ALIVE_US : link.dice().skewed(0, TOLD_WITHIN_US));
    }
    leaveIfClosed();
  }

  void pump() {
    up.pump();
    down.pump();
  }

  /** What the hub sees of the call. */
  private final class Stream implements HubDoor.ToEdge {

    @Override
    public String edge() {
      return link.name();
    }

    @Override
    public boolean isReady() {
      return !hubClosed && down.ready();
    }

    @Override
    public void send(MessageLite message) {
      down.send(message);
    }

    @Override
    public void request(int messages) {
      up.request(messages);
    }

    @Override
    public void complete() {
      end(Status.OK);
    }

    @Override
    public void fail(RuntimeException cause) {
      world.tell("hub", "a stream of " + link.name() + " breaks off: " + cause);
      end(Status.INTERNAL.withDescription("defect in the hub"));
    }

    private void end(Status status) {
      hubClosed = true;
      up.cut();
      down.end(SnapshotRequest.getDefaultInstance(), () -> close(status));
    }
  }
}
