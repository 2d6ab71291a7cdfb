package dev.tideline.benchmarks;

import dev.tideline.wire.v1.ChannelAnswer;
import dev.tideline.wire.v1.ChannelRequest;
import dev.tideline.wire.v1.DataGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What this machine charges at this moment for the three things that no design gets round: one sync
 * of a file, one round trip over loopback, one over an open gRPC stream.
 */
final class Floors {

  private static final int SYNCS = 1_000;
  private static final int ROUND_TRIPS = 20_000;
  private static final int RECORD_BYTES = 200;

  private Floors() {}

  /** One thing that is measured. */
  interface Step {
    void run() throws IOException;
  }

  static List<BenchRow> measure(Path directory) throws IOException {
    return List.of(fdatasync(directory), loopback(), grpcStream());
  }

  private static BenchRow fdatasync(Path directory) throws IOException {
    var record = ByteBuffer.allocate(RECORD_BYTES);
    try (var file =
        FileChannel.open(
            directory.resolve("floor"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      return measure(
          "floor-fdatasync",
          SYNCS,
          () -> {
            file.write(record.rewind());
            file.force(false);
          });
    }
  }

  private static BenchRow loopback() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var near = new Socket(server.getInetAddress(), server.getLocalPort());
        var far = server.accept()) {
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread.ofPlatform().daemon().name("floor-echo").start(() -> echo(far));
      return measure(
          "floor-loopback",
          ROUND_TRIPS,
          () -> {
            near.getOutputStream().write(1);
            near.getInputStream().read();
          });
    }
  }

  private static void echo(Socket far) {
    try {
      for (int b = far.getInputStream().read(); b >= 0; b = far.getInputStream().read()) {
        far.getOutputStream().write(b);
      }
    } catch (IOException e) {
      // The measurement is over and has closed its end.
    }
  }

  private static BenchRow grpcStream() throws IOException {
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(new Echo())
            .build()
            .start();
    try (var client = new ChannelClient(server.getPort())) {
      return measure(
          "floor-grpc-stream", ROUND_TRIPS, () -> client.ask(ChannelRequest.newBuilder()));
    } finally {
      server.shutdownNow();
    }
  }

  private static final class Echo extends DataGrpc.DataImplBase {
    @Override
    public StreamObserver<ChannelRequest> channel(StreamObserver<ChannelAnswer> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ChannelRequest request) {
          answers.onNext(ChannelAnswer.newBuilder().setNumber(request.getNumber()).build());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  /** One after the other; the first quarter is for the compiler. */
  private static BenchRow measure(String name, int times, Step step) throws IOException {
    for (int i = 0; i < times / 4; i++) {
      step.run();
    }
    var histogram = new Histogram(3);
    long begun = System.nanoTime();
    for (int i = 0; i < times; i++) {
      long before = System.nanoTime();
      step.run();
      histogram.recordValue(System.nanoTime() - before);
    }
    return BenchRow.of(name, histogram, (System.nanoTime() - begun) / 1e9);
  }
}
