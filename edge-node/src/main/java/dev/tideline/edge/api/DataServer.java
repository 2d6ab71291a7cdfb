package dev.tideline.edge.api;

import dev.tideline.edge.watch.WatchDriver;
import dev.tideline.runtime.PortPatience;
import dev.tideline.runtime.Setting;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.runtime.telemetry.Refusals;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The edge over gRPC. Calls run on the network's event loops: nothing behind them waits, so a read
 * wakes no other thread.
 */
public final class DataServer implements AutoCloseable {

  /** Room for a mutation of the largest size, and for a read of several large values. */
  static final int MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

  /** Channels, watches and unary calls of one connection. */
  private static final int CALLS_PER_CONNECTION_MAX = 1_000;

  /** A client may ping this often, also when idle; gRPC's own default kills such connections. */
  private static final long PERMITTED_PING_INTERVAL_S = 5;

  /** A client that vanished without a word is found within twice this time. */
  private static final long PING_INTERVAL_S = 20;

  private static final long STOP_TIMEOUT_S = 2;

  private final Server server;

  private DataServer(Server server) {
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @param setting that names the port, for messages
   * @param port 0 for any that is free
   * @throws dev.tideline.runtime.StartException if it cannot be had
   */
  public static DataServer start(
      EdgeGateway gateway,
      WatchDriver watches,
      Metrics metrics,
      String bind,
      Setting setting,
      int port) {
    PortPatience.awaitFree(bind, setting, port);
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(bind, port))
            .directExecutor()
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
            .permitKeepAliveTime(PERMITTED_PING_INTERVAL_S, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(PING_INTERVAL_S, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_INTERVAL_S, TimeUnit.SECONDS)
            .addService(
                new DataService(
                    new DataCalls(gateway, new Refusals(metrics, HttpApi.REFUSALS)),
                    gateway,
                    watches))
            .addService(new Health(gateway))
            .addService(ProtoReflectionServiceV1.newInstance())
            .build();
    try {
      return new DataServer(server.start());
    } catch (IOException e) {
      throw PortPatience.cannotListen(bind, setting, port, String.valueOf(e.getMessage()));
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Takes no more calls, and ends those there are. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(STOP_TIMEOUT_S, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Serving means the same as ready over HTTP: a catalog is known. */
  private static final class Health extends HealthGrpc.HealthImplBase {
    private final EdgeGateway gateway;

    Health(EdgeGateway gateway) {
      this.gateway = gateway;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> responses) {
      boolean serves = gateway.catalog().known();
      responses.onNext(
          HealthCheckResponse.newBuilder()
              .setStatus(serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING)
              .build());
      responses.onCompleted();
    }
  }
}
