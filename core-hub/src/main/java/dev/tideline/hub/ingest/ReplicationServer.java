package dev.tideline.hub.ingest;

import dev.tideline.hub.fanout.FrameStream;
import dev.tideline.hub.snapshot.SnapshotDriver;
import dev.tideline.hub.snapshot.SnapshotStream;
import dev.tideline.model.SizeLimits;
import dev.tideline.runtime.StartException;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.ReplicationGrpc;
import dev.tideline.wire.v1.SnapshotFrame;
import dev.tideline.wire.v1.SnapshotRequest;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The replication service on gRPC. Frames are handled on the network's event loops: nothing behind
 * this blocks, and no thread has to be woken for a write.
 */
public final class ReplicationServer implements AutoCloseable {

  /** An edge may ping this often, also when idle; gRPC's own default kills such connections. */
  private static final long PERMITTED_PING_INTERVAL_MS = 100;

  /** A peer that vanished without a word is found within twice this time. */
  private static final long PING_INTERVAL_S = 10;

  private static final long STOP_TIMEOUT_S = 5;

  private final Server server;
  private final IngestDriver ingest;
  private final SnapshotDriver snapshots;

  private ReplicationServer(Server server, IngestDriver ingest, SnapshotDriver snapshots) {
    this.server = server;
    this.ingest = ingest;
    this.snapshots = snapshots;
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for any that is free
   * @throws StartException if it cannot be had
   */
  public static ReplicationServer start(
      String bind, int port, IngestDriver ingest, SnapshotDriver snapshots) {
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(bind, port))
            .directExecutor()
            .maxInboundMessageSize(SizeLimits.MESSAGE_BYTES_MAX + 64 * 1024)
            .permitKeepAliveTime(PERMITTED_PING_INTERVAL_MS, TimeUnit.MILLISECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(PING_INTERVAL_S, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_INTERVAL_S, TimeUnit.SECONDS)
            .addService(new Service(ingest, snapshots))
            .build();
    try {
      return new ReplicationServer(server.start(), ingest, snapshots);
    } catch (IOException e) {
      throw new StartException(
          "cannot listen on %s port %d (%s): stop what has the port, or set grpc.port"
              .formatted(bind, port, rootMessage(e)));
    }
  }

  private static String rootMessage(Throwable failure) {
    var root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Takes no more streams, tells those there are, and waits until the network has let go. */
  @Override
  public void close() {
    server.shutdown();
    ingest.close();
    snapshots.close();
    try {
      if (!server.awaitTermination(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(STOP_TIMEOUT_S, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private static final class Service extends ReplicationGrpc.ReplicationImplBase {
    private final IngestDriver ingest;
    private final SnapshotDriver snapshots;

    Service(IngestDriver ingest, SnapshotDriver snapshots) {
      this.ingest = ingest;
      this.snapshots = snapshots;
    }

    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotFrame> responses) {
      var observer = (ServerCallStreamObserver<SnapshotFrame>) responses;
      var opened = snapshots.open(request, new GrpcSnapshot(observer));
      observer.setOnReadyHandler(opened::ready);
      observer.setOnCancelHandler(opened::cancel);
    }

    @Override
    public StreamObserver<EdgeFrame> session(StreamObserver<HubFrame> responses) {
      var observer = (ServerCallStreamObserver<HubFrame>) responses;
      observer.disableAutoRequest();
      var session = ingest.connect(new GrpcStream(observer));
      observer.setOnReadyHandler(session::ready);
      observer.setOnCancelHandler(session::closed);
      observer.request(1);
      return new Receiver(session);
    }
  }

  private record Receiver(HubSession session) implements StreamObserver<EdgeFrame> {
    @Override
    public void onNext(EdgeFrame frame) {
      session.receive(frame);
    }

    @Override
    public void onError(Throwable failure) {
      session.closed();
    }

    @Override
    public void onCompleted() {
      session.finished();
    }
  }

  private record GrpcSnapshot(ServerCallStreamObserver<SnapshotFrame> observer)
      implements SnapshotStream {
    @Override
    public boolean isReady() {
      return observer.isReady();
    }

    @Override
    public void send(SnapshotFrame frame) {
      observer.onNext(frame);
    }

    @Override
    public void complete() {
      observer.onCompleted();
    }

    @Override
    public void fail(RuntimeException cause) {
      observer.onError(
          Status.INTERNAL.withDescription("defect in the hub").withCause(cause).asException());
    }
  }

  private record GrpcStream(ServerCallStreamObserver<HubFrame> observer) implements FrameStream {
    @Override
    public boolean isReady() {
      return observer.isReady();
    }

    @Override
    public void send(HubFrame frame) {
      observer.onNext(frame);
    }

    @Override
    public void request(int frames) {
      observer.request(frames);
    }

    @Override
    public void complete() {
      observer.onCompleted();
    }

    @Override
    public void fail(RuntimeException cause) {
      observer.onError(
          Status.INTERNAL.withDescription("defect in the hub").withCause(cause).asException());
    }
  }
}
