package dev.tideline.benchmarks;

import dev.tideline.rig.NodeProcess;
import dev.tideline.wire.v1.ChannelRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * What this machine charges at this moment for the things that no design gets round: one look into
 * memory that no cache holds (and at the clock), one sync of a file, one round trip over loopback,
 * one over an open gRPC stream to another process. Where a suite has a rate, sync and stream are
 * measured at that rate as well: a processor and a disk that have slept between two writes are
 * slower than those that are kept busy.
 */
final class Floors {

  private static final int SYNCS = 1_000;
  private static final int ROUND_TRIPS = 20_000;
  private static final int RECORD_BYTES = 200;

  /** Long enough for both ends to be compiled. */
  private static final long STREAM_NS = 4_000_000_000L;

  /** 128 MiB: more than any cache keeps for us. */
  private static final int MEMORY_LONGS = 1 << 24;

  private static final int MEMORY_SHIFT = 17;
  private static final int MEMORY_LOOKS = 2_000_000;

  private Floors() {}

  /** One thing that is measured. */
  interface Step {
    void run() throws IOException;
  }

  static List<BenchRow> measure(Path directory) throws IOException {
    return List.of(
        memory(),
        fdatasync("floor-fdatasync", directory, 0),
        loopback(),
        grpcStream("floor-grpc-stream", directory, 0));
  }

  /** What is slower where there is a pause, so many times a second. */
  static List<BenchRow> measureAtRate(Path directory, int rate) throws IOException {
    long pauseNs = TimeUnit.SECONDS.toNanos(1) / rate;
    return List.of(
        fdatasync("floor-fdatasync-at-rate", directory, pauseNs),
        grpcStream("floor-grpc-stream-at-rate", directory, pauseNs));
  }

  private static BenchRow fdatasync(String name, Path directory, long pauseNs) throws IOException {
    var record = ByteBuffer.allocate(RECORD_BYTES);
    try (var file =
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      return measure(
          name,
          SYNCS,
          pauseNs,
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
          0,
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

  /** One by one at random, each place told by what lay at the one before. */
  private static BenchRow memory() throws IOException {
    var memory = new long[MEMORY_LONGS];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = i * 0x9E3779B97F4A7C15L;
    }
    var at = new int[1];
    return measure(
        "floor-memory",
        MEMORY_LOOKS,
        0,
        () -> at[0] = (int) ((memory[at[0]] + at[0]) >>> MEMORY_SHIFT) & (MEMORY_LONGS - 1));
  }

  private static BenchRow grpcStream(String name, Path directory, long pauseNs) throws IOException {
    var port = directory.resolve(name + ".port");
    try (var echo =
        NodeProcess.of(
            "echo",
            EchoServer.class,
            List.of("-Xmx256m"),
            List.of(port.toString()),
            directory.resolve(name + ".log"))) {
      echo.start();
      echo.awaitReady(() -> Files.exists(port), Workload.PATIENCE);
      try (var client = new ChannelClient(Integer.parseInt(Files.readString(port)))) {
        client.askFor(STREAM_NS, ChannelRequest::newBuilder, answer -> true);
        var histogram =
            pauseNs > 0
                ? client.askFor(STREAM_NS, pauseNs, ChannelRequest::newBuilder)
                : client.askFor(STREAM_NS, ChannelRequest::newBuilder, answer -> true);
        return BenchRow.of(name, histogram, STREAM_NS / 1e9);
      }
    }
  }

  /** One after the other; the first quarter is for the compiler. */
  private static BenchRow measure(String name, int times, long pauseNs, Step step)
      throws IOException {
    for (int i = 0; i < times / 4; i++) {
      step.run();
    }
    var histogram = new Histogram(3);
    long begun = System.nanoTime();
    for (int i = 0; i < times; i++) {
      if (pauseNs > 0) {
        LockSupport.parkNanos(pauseNs);
      }
      long before = System.nanoTime();
      step.run();
      histogram.recordValue(System.nanoTime() - before);
    }
    return BenchRow.of(name, histogram, (System.nanoTime() - begun) / 1e9);
  }
}
