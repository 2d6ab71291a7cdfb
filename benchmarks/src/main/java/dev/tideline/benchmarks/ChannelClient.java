package dev.tideline.benchmarks;

import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import dev.tideline.wire.v1.GetAnswer;
import dev.tideline.wire.v1.GetRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/** A client of an edge's gRPC that asks one thing at a time. */
final class ChannelClient implements AutoCloseable {

  private static final long TIMEOUT_S = 30;

  private final ManagedChannel connection;
  private final DataGrpc.DataBlockingStub unary;
  private final DataGrpc.DataStub streams;

  ChannelClient(int port) {
    connection =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    unary = DataGrpc.newBlockingStub(connection);
    streams = DataGrpc.newStub(connection);
  }

  /** Asks over a stream of its own again and again, for so long; how long each answer took. */
  Histogram askFor(
      long durationNs, Supplier<ChannelRequest.Builder> next, Predicate<ChannelAnswer> expected) {
    return ask(durationNs, next, expected, Runnable::run);
  }

  /** The same with a pause in nanoseconds before each request. */
  Histogram askFor(long durationNs, long pauseNs, Supplier<ChannelRequest.Builder> next) {
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      return ask(
          durationNs,
          next,
          answer -> true,
          task -> {
            var _ = timer.schedule(task, pauseNs, TimeUnit.NANOSECONDS);
          });
    }
  }

  private Histogram ask(
      long durationNs,
      Supplier<ChannelRequest.Builder> next,
      Predicate<ChannelAnswer> expected,
      Executor pace) {
    var loop = new StreamLoop(next, expected, pace, durationNs);
    try {
      return loop.begin(streams.channel(loop))
          .get(durationNs + TimeUnit.SECONDS.toNanos(TIMEOUT_S), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the stream did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Asks in a call of its own. */
  GetAnswer get(GetRequest request) {
    return unary.get(request);
  }

  @Override
  public void close() {
    connection.shutdownNow();
  }
}
