package dev.tideline.edge.uplink;

import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.ReplicationGrpc.ReplicationStub;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * One stream to the hub. Sending is a drain loop: the first thread that finds work sends it, others
 * only add to it, so that an idle stream sends at once and a busy one batches by itself.
 *
 * <p>Receiving: frames are asked for one by one as they are dealt with, so the hub never runs ahead
 * by more than {@value #INBOUND_AHEAD} frames.
 */
final class HubStream implements ClientResponseObserver<EdgeFrame, HubFrame> {

  /** Frames that may be on their way while one is being applied. */
  private static final int INBOUND_AHEAD = 16;

  /** What happens on a stream, told on the stream's own thread, one after the other. */
  interface Listener {
    void frame(HubStream stream, HubFrame frame);

    void ended(HubStream stream, String why);
  }

  /** Rounds after which a sending thread is relieved: its own request waits meanwhile. */
  private static final int ROUNDS_MAX = 8;

  private final Listener listener;
  private final Executor relief;
  private final Queue<EdgeFrame> control = new ConcurrentLinkedQueue<>();
  private final AtomicInteger workInProgress = new AtomicInteger();
  private volatile Optional<ClientCallStreamObserver<EdgeFrame>> call = Optional.empty();
  private volatile Supplier<Optional<EdgeFrame>> bulk = Optional::empty;
  private volatile boolean closed;

  HubStream(Listener listener, Executor relief) {
    this.listener = listener;
    this.relief = relief;
  }

  void open(ReplicationStub stub, EdgeFrame hello) {
    control.add(hello);
    var _ = stub.session(this);
    wake();
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<EdgeFrame> requestStream) {
    requestStream.disableAutoRequestWithInitial(INBOUND_AHEAD);
    requestStream.setOnReadyHandler(this::wake);
    call = Optional.of(requestStream);
  }

  /** Sends a frame before anything that is bulk. */
  void send(EdgeFrame frame) {
    control.add(frame);
    wake();
  }

  /** Sends what the supplier gives, as long as it gives and the stream has room. */
  void feed(Supplier<Optional<EdgeFrame>> supplier) {
    bulk = supplier;
    wake();
  }

  /** There may be something to send. */
  void wake() {
    if (workInProgress.getAndIncrement() == 0) {
      drainRounds();
    }
  }

  /** A writer that found the stream idle sends for others, but not for ever. */
  private void drainRounds() {
    int rounds = 0;
    int seen = workInProgress.get();
    do {
      try {
        drain();
      } catch (RuntimeException e) {
        cancel("sending failed: " + e);
      }
      seen = workInProgress.addAndGet(-seen);
      rounds++;
    } while (seen != 0 && rounds < ROUNDS_MAX);
    if (seen != 0) {
      relief.execute(this::drainRounds);
    }
  }

  private void drain() {
    var current = call;
    if (current.isEmpty() || closed) {
      return;
    }
    var requests = current.get();
    for (var frame = control.poll(); frame != null; frame = control.poll()) {
      requests.onNext(frame);
    }
    while (requests.isReady() && !closed) {
      var frame = bulk.get();
      if (frame.isEmpty()) {
        return;
      }
      requests.onNext(frame.get());
    }
  }

  /** Ends the stream from this side; {@link Listener#ended} follows. */
  void cancel(String why) {
    closed = true;
    call.ifPresent(requests -> requests.cancel(why, null));
  }

  @Override
  public void onNext(HubFrame frame) {
    try {
      if (!closed) {
        listener.frame(this, frame);
      }
    } catch (RuntimeException e) {
      cancel("a frame could not be dealt with: " + e);
      return;
    }
    call.ifPresent(requests -> requests.request(1));
  }

  @Override
  public void onError(Throwable failure) {
    closed = true;
    listener.ended(this, String.valueOf(failure.getMessage()));
  }

  @Override
  public void onCompleted() {
    closed = true;
    listener.ended(this, "the hub ended the stream");
  }
}
