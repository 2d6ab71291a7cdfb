package dev.tideline.benchmarks;

import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.model.State;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * The reader of {@link VisibilitySuite}, a process of its own: waits for each write in turn and
 * notes how old it is when it is seen. Leaves a file when it is ready, and one after each run.
 */
public final class VisibilityReader {

  /** It adds at most this, and what waking takes, to what is measured. */
  private static final long LOOK_EVERY_NS = 20_000;

  static final String WARMUP = "bench.warmup";
  static final String WRITES = "bench.writes";
  static final String RUNS = "bench.runs";
  static final String OUT = "bench.out";

  /** So that a plain read of the argument never meets a key that the edge would not know. */
  private static final String PREFIX = "bench.";

  private VisibilityReader() {}

  /** Runs: settings of an edge, and of the bench. */
  public static void main(String[] args) throws IOException {
    var bench = new HashMap<String, String>();
    var settings = new ArrayList<String>();
    for (var arg : args) {
      int equals = arg.indexOf('=');
      if (arg.startsWith(PREFIX)) {
        bench.put(arg.substring(0, equals), arg.substring(equals + 1));
      } else {
        settings.add(arg);
      }
    }
    try (var edge = EmbeddedEdge.start(settings)) {
      read(edge, bench);
    }
  }

  private static void read(EdgeNode edge, Map<String, String> bench) throws IOException {
    var out = Path.of(bench.getOrDefault(OUT, "."));
    int warmup = Integer.parseInt(bench.getOrDefault(WARMUP, "0"));
    int writes = Integer.parseInt(bench.getOrDefault(WRITES, "0"));
    int runs = Integer.parseInt(bench.getOrDefault(RUNS, "0"));
    leave(out, 0, "ready");
    int number = await(edge, 1, warmup, new Histogram(3));
    for (int run = 1; run <= runs; run++) {
      var histogram = new Histogram(3);
      number = await(edge, number, writes, histogram);
      leave(out, run, encoded(histogram));
    }
  }

  /** Waits for so many writes; the number of the next. */
  private static int await(EdgeNode edge, int first, int count, Histogram histogram) {
    for (int number = first; number < first + count; number++) {
      long stamp = stamp(edge, number);
      while (stamp == 0) {
        // Spinning would take one of the processors that hub and writer need.
        LockSupport.parkNanos(LOOK_EVERY_NS);
        stamp = stamp(edge, number);
      }
      histogram.recordValue(Math.max(0, System.nanoTime() - stamp));
    }
    return first + count;
  }

  /** When the write was due; 0 if it is not visible. */
  private static long stamp(EdgeNode edge, int number) {
    if (edge.read(Workload.key(number % VisibilitySuite.KEYS)) instanceof ReadResult.Read read
        && read.reading().state() instanceof State.Register register) {
      var value = register.version().value().asReadOnlyByteBuffer();
      return value.getLong() >= number ? value.getLong() : 0;
    }
    return 0;
  }

  private static String encoded(Histogram histogram) {
    var buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }

  /** What a run's file says, as a row. */
  static BenchRow read(String text, double seconds) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    try {
      return BenchRow.of(
          "edge-hub-edge", Histogram.decodeFromCompressedByteBuffer(bytes, 0), seconds);
    } catch (DataFormatException e) {
      throw new IllegalStateException("the reader left no histogram", e);
    }
  }

  static Path file(Path directory, int run) {
    return directory.resolve("visibility-" + run);
  }

  private static void leave(Path directory, int run, String text) throws IOException {
    var temporary = Files.writeString(directory.resolve("visibility.tmp"), text);
    Files.move(temporary, file(directory, run), StandardCopyOption.ATOMIC_MOVE);
  }
}
