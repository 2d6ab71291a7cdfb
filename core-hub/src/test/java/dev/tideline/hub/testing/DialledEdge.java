package dev.tideline.hub.testing;

import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.ReplicationGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A raw session over a real connection; keeps what it is sent. */
public final class DialledEdge implements AutoCloseable {

  private final ManagedChannel channel;
  private final StreamObserver<EdgeFrame> requests;
  private final List<HubFrame> frames = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  public DialledEdge(int port) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    requests = ReplicationGrpc.newStub(channel).session(new Receiver());
  }

  private final class Receiver implements StreamObserver<HubFrame> {
    @Override
    public void onNext(HubFrame frame) {
      frames.add(frame);
    }

    @Override
    public void onError(Throwable failure) {
      ended = true;
    }

    @Override
    public void onCompleted() {
      ended = true;
    }
  }

  public void send(EdgeFrame frame) {
    requests.onNext(frame);
  }

  /** Waits for the first frame of a kind. */
  public HubFrame await(Predicate<HubFrame> kind) {
    Awaitility.await().until(() -> frames.stream().anyMatch(kind));
    return frames.stream().filter(kind).findFirst().orElseThrow();
  }

  public void awaitEnd() {
    Awaitility.await().until(() -> ended);
  }

  public List<HubFrame> frames() {
    return List.copyOf(frames);
  }

  /** Breaks the link without a word. */
  public void hangUp() {
    channel.shutdownNow();
  }

  @Override
  public void close() {
    hangUp();
  }
}
