package dev.tideline.edge;

import dev.tideline.codec.CatalogCodec;
import dev.tideline.model.Catalog;
import dev.tideline.model.DataType;
import dev.tideline.model.Durability;
import dev.tideline.model.Layout;
import dev.tideline.model.NamespaceContract;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Hello;
import dev.tideline.wire.v1.HubFrame;
import dev.tideline.wire.v1.HubHeartbeat;
import dev.tideline.wire.v1.ReplicationGrpc;
import dev.tideline.wire.v1.Welcome;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A hub that says what a test tells it to, over real gRPC, and remembers what it heard. */
final class ScriptedHub extends ReplicationGrpc.ReplicationImplBase implements AutoCloseable {

  static final Catalog CATALOG =
      new Catalog(
          1,
          List.of(
              new NamespaceContract("players", DataType.REGISTER, Durability.DISK, 65_536, 1),
              new NamespaceContract("small", DataType.REGISTER, Durability.DISK, 10, 1),
              new NamespaceContract("stock", DataType.COUNTER, Durability.DISK, 65_536, 1)));

  private final Queue<EdgeFrame> heard = new ConcurrentLinkedQueue<>();
  private final AtomicReference<StreamObserver<HubFrame>> edge = new AtomicReference<>();
  private final Server server;
  private volatile Function<Hello, HubFrame> greeting = hello -> welcome(Welcome.newBuilder());

  private volatile Function<EdgeFrame, Optional<HubFrame>> reaction = frame -> Optional.empty();

  ScriptedHub() {
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

  /** A welcome with layout and catalog, and whatever the test adds. */
  static HubFrame welcome(Welcome.Builder more) {
    return HubFrame.newBuilder()
        .setWelcome(
            more.setProtocol(1)
                .setLayout(CatalogCodec.encode(new Layout(64)))
                .setCatalog(CatalogCodec.encode(CATALOG))
                .setHeartbeatIntervalMs(50)
                .setInFlightBytesMax(1 << 20))
        .build();
  }

  /** What every Hello is answered with from here on. */
  void greetWith(Function<Hello, HubFrame> answer) {
    greeting = answer;
  }

  int port() {
    return server.getPort();
  }

  Queue<EdgeFrame> heard() {
    return heard;
  }

  void say(HubFrame frame) {
    var current = edge.get();
    if (current == null) {
      throw new IllegalStateException("no edge has dialled");
    }
    synchronized (this) {
      current.onNext(frame);
    }
  }

  /** What each frame behind the Hello is answered with from here on, if with anything. */
  void answerWith(Function<EdgeFrame, Optional<HubFrame>> frames) {
    reaction = frames;
  }

  /** Shows the edge that somebody is there, so that it does not dial again. */
  static Optional<HubFrame> beat(EdgeFrame frame) {
    return frame.hasHeartbeat()
        ? Optional.of(HubFrame.newBuilder().setHeartbeat(HubHeartbeat.getDefaultInstance()).build())
        : Optional.empty();
  }

  @Override
  public StreamObserver<EdgeFrame> session(StreamObserver<HubFrame> answers) {
    edge.set(answers);
    return new StreamObserver<>() {
      @Override
      public void onNext(EdgeFrame frame) {
        heard.add(frame);
        if (frame.hasHello()) {
          say(greeting.apply(frame.getHello()));
        } else {
          reaction.apply(frame).ifPresent(ScriptedHub.this::say);
        }
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
