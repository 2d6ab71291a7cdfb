package dev.tideline.edge.uplink;

import dev.tideline.model.SizeLimits;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.TimeUnit;

/** The connection to the hub, made anew by gRPC whenever a stream is opened on it. */
public final class HubChannel implements HubLink {

  /**
   * A stream has its heartbeats; a snapshot that waits on a connection which died without a word
   * would wait for ever. No shorter interval is kept by gRPC.
   */
  private static final long PING_INTERVAL_S = 10;

  /** How long closing waits for the stream to end. */
  private static final long CLOSE_TIMEOUT_S = 2;

  private static final long QUIET_MS = 20;

  private final UplinkConfig config;
  private final EventLoopGroup eventLoop;
  private final ManagedChannel channel;

  public HubChannel(UplinkConfig config) {
    this.config = config;
    eventLoop =
        new MultiThreadIoEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("uplink").factory(), NioIoHandler.newFactory());
    channel =
        NettyChannelBuilder.forAddress(config.host(), config.port())
            .usePlaintext()
            .directExecutor()
            .eventLoopGroup(eventLoop)
            .channelType(NioSocketChannel.class)
            .maxInboundMessageSize(SizeLimits.MESSAGE_BYTES_MAX + 64 * 1024)
            .keepAliveTime(PING_INTERVAL_S, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_INTERVAL_S, TimeUnit.SECONDS)
            .build();
  }

  @Override
  public ManagedChannel connect() {
    channel.resetConnectBackoff();
    return channel;
  }

  @Override
  public String address() {
    return config.toString();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // A closed channel has a last task or two for its loop, which would be refused and logged.
    eventLoop
        .shutdownGracefully(
            QUIET_MS, TimeUnit.SECONDS.toMillis(CLOSE_TIMEOUT_S), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
  }
}
