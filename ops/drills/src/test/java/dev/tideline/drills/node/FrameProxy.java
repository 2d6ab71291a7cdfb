package dev.tideline.drills.node;

import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.ReplicationGrpc;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stands between edges and a hub, passes frames on, and cuts or changes what a test names. */
public final class FrameProxy extends ReplicationGrpc.ReplicationImplBase implements AutoCloseable {

  private final ManagedChannel hub;
  private final Server server;
  private final List<SnapshotRequest> requests = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable StreamObserver<HubFrame>> session =
      new AtomicReference<@Nullable StreamObserver<HubFrame>>();
  private final AtomicInteger ends = new AtomicInteger();
  private final Object sending = new Object();
  private final List<Runnable> held = new ArrayList<>();
  private boolean holding;
  private volatile int framesPerSnapshot = Integer.MAX_VALUE;
  private volatile UnaryOperator<SnapshotFrame> frames = UnaryOperator.identity();

  FrameProxy(int hubPort) {
    hub = NettyChannelBuilder.forAddress("127.0.0.1", hubPort).usePlaintext().build();
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(this)
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getPort();
  }

  /** Every snapshot is cut behind so many frames. */
  void cutSnapshotsAfter(int count) {
    framesPerSnapshot = count;
  }

  /** What becomes of the frames of snapshots. */
  void change(UnaryOperator<SnapshotFrame> change) {
    frames = change;
  }

  /** What the hub sends in sessions is kept here until it is told to pass on. */
  void hold() {
    synchronized (sending) {
      holding = true;
    }
  }

  /** Passes on what was kept, and all that follows. */
  void passOn() {
    synchronized (sending) {
      held.forEach(Runnable::run);
      held.clear();
      holding = false;
    }
  }

  private void send(Runnable frame) {
    synchronized (sending) {
      if (holding) {
        held.add(frame);
      } else {
        frame.run();
      }
    }
  }

  List<SnapshotRequest> requests() {
    return requests;
  }

  /** Snapshots that were passed on to their end. */
  int ends() {
    return ends.get();
  }

  /** Breaks the sessions of this moment. */
  void cutSession() {
    var current = session.getAndSet(null);
    if (current != null) {
      current.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  @Override
  public StreamObserver<EdgeFrame> session(StreamObserver<HubFrame> edge) {
    session.set(edge);
    return ReplicationGrpc.newStub(hub)
        .session(
            new StreamObserver<>() {
              @Override
              public void onNext(HubFrame frame) {
                send(
                    () -> {
                      if (edge.equals(session.get())) {
                        edge.onNext(frame);
                      }
                    });
              }

              @Override
              public void onError(Throwable failure) {
                if (edge.equals(session.get())) {
                  edge.onError(failure);
                }
              }

              @Override
              public void onCompleted() {
                if (edge.equals(session.get())) {
                  edge.onCompleted();
                }
              }
            });
  }

  @Override
  public void snapshot(SnapshotRequest request, StreamObserver<SnapshotFrame> edge) {
    requests.add(request);
    int limit = framesPerSnapshot;
    ReplicationGrpc.newStub(hub)
        .snapshot(
            request,
            new StreamObserver<>() {
              private int passed;
              private boolean cut;

              @Override
              public void onNext(SnapshotFrame frame) {
                if (cut) {
                  return;
                }
                edge.onNext(frames.apply(frame));
                if (frame.hasEnd()) {
                  ends.incrementAndGet();
                }
                passed++;
                if (passed == limit && !frame.hasEnd()) {
                  cut = true;
                  edge.onError(Status.UNAVAILABLE.asRuntimeException());
                }
              }

              @Override
              public void onError(Throwable failure) {
                if (!cut) {
                  edge.onError(failure);
                }
              }

              @Override
              public void onCompleted() {
                if (!cut) {
                  edge.onCompleted();
                }
              }
            });
  }

  @Override
  public void close() {
    server.shutdownNow();
    hub.shutdownNow();
  }
}
