package dev.tideline.benchmarks;

import com.google.protobuf.ByteString;
import dev.tideline.edge.EdgeConfig;
import dev.tideline.edge.EdgeNode;
import dev.tideline.edge.api.ReadResult;
import dev.tideline.edge.api.WriteRequest;
import dev.tideline.edge.api.WriteResult;
import dev.tideline.edge.uplink.UplinkState;
import dev.tideline.model.Durability;
import dev.tideline.model.Key;
import dev.tideline.model.Operation;
import dev.tideline.model.Precondition;
import dev.tideline.model.QualifiedKey;
import dev.tideline.model.State;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * How long until a write is visible at another edge, and how many go through in a second. The hub
 * syncs before it speaks and runs in a process of its own; so does the edge that throughput is
 * counted at. The writing edge is embedded in this process, beside the load; for visibility the
 * reading edge is, too, so that one clock is enough. Rough: closed loop, no peers, no floors.
 */
public final class RoughFigures {

  private static final int VALUE_BYTES = 128;
  private static final int KEYS = 100_000;
  private static final long LOG_BYTES = 256L << 20;
  private static final int VISIBILITY_WRITES = 5_000;
  private static final int VISIBILITY_WARMUP = 5_000;
  private static final Duration WARMUP = Duration.ofSeconds(10);
  private static final Duration MEASURED = Duration.ofSeconds(15);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Undecided mutations beyond which the load waits: enough to keep every batch full. */
  private static final int BACKLOG_MAX = 20_000;

  private final Path directory;
  private final Rig rig;
  private long written;

  private RoughFigures(Path directory, Rig rig) {
    this.directory = directory;
    this.rig = rig;
  }

  /** Prints both figures; about 45 seconds. */
  public static void main(String[] args) {
    var directory = temporaryDirectory();
    var config =
        new RigConfig(
            directory,
            List.of("b"),
            List.of("-Xmx1g"),
            List.of("log.generation-bytes=" + LOG_BYTES));
    try (var rig = Rig.create(config)) {
      rig.start();
      var figures = new RoughFigures(directory, rig);
      figures.visibility();
      figures.throughput();
    }
  }

  private static Path temporaryDirectory() {
    try {
      return Files.createTempDirectory("tideline-bench-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EdgeNode edge(String id) {
    var node =
        EdgeNode.start(
            EdgeConfig.read(
                Map.of(
                    "edge.id",
                    id,
                    "data.dir",
                    directory.resolve(id).toString(),
                    "hub",
                    "127.0.0.1:" + rig.hub().grpcPort(),
                    "http.port",
                    "0",
                    "grpc.port",
                    "0",
                    "log.generation-bytes",
                    Long.toString(LOG_BYTES)),
                Map.of()));
    await(
        () ->
            node.status().catalog().known()
                && node.status().hub().state() == UplinkState.CONNECTED);
    return node;
  }

  private void visibility() {
    try (var writer = edge("writer");
        var reader = edge("reader")) {
      var histogram = new Histogram(3);
      for (int i = 0; i < VISIBILITY_WARMUP + VISIBILITY_WRITES; i++) {
        var key = key(i);
        var value = value(i);
        long start = System.nanoTime();
        write(writer, key, value);
        while (!holds(reader, key, value)) {
          Thread.onSpinWait();
        }
        if (i >= VISIBILITY_WARMUP) {
          histogram.recordValue(System.nanoTime() - start);
        }
      }
      System.out.printf(
          "visibility edge-hub-edge, hub synced, MEMORY at the edge: p50 %.0f us, p99 %.0f us,"
              + " p99.9 %.0f us (%d writes)%n",
          histogram.getValueAtPercentile(50) / 1e3,
          histogram.getValueAtPercentile(99) / 1e3,
          histogram.getValueAtPercentile(99.9) / 1e3,
          histogram.getTotalCount());
    }
  }

  private void throughput() {
    try (var writer = edge("loader")) {
      load(writer, WARMUP);
      long before = seen();
      long start = System.nanoTime();
      load(writer, MEASURED);
      await(() -> writer.status().backlog().count() == 0);
      long made = written;
      await(() -> seen() - before >= made);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "throughput edge-hub-edge, hub synced, %d B over %d keys: %,.0f mutations/s (%,d in"
              + " %.1f s, seen applied at the other edge)%n",
          VALUE_BYTES, KEYS, made / seconds, made, seconds);
    }
  }

  /** Writes for a while, never more than the allowed backlog ahead of the hub. */
  private void load(EdgeNode writer, Duration duration) {
    written = 0;
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      while (writer.status().backlog().count() > BACKLOG_MAX) {
        Thread.onSpinWait();
      }
      for (int i = 0; i < 1_000; i++) {
        write(writer, key(written), value(written));
        written++;
      }
    }
    if (duration.equals(WARMUP)) {
      await(() -> writer.status().backlog().count() == 0);
    }
  }

  /** Decisions that the other edge has applied: revisions are dense. */
  private long seen() {
    return rig.edges().getFirst().client().node().orThrow().revisions().values().stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  private static void write(EdgeNode edge, QualifiedKey key, ByteString value) {
    var put = new Operation.Put(key, value, "application/octet-stream", Precondition.NONE, 0);
    var result = edge.write(WriteRequest.of(put).withAck(Durability.MEMORY));
    if (!(result instanceof WriteResult.Acknowledged)) {
      throw new IllegalStateException("a write was not acknowledged: " + result);
    }
  }

  private static boolean holds(EdgeNode edge, QualifiedKey key, ByteString value) {
    return edge.read(key) instanceof ReadResult.Read read
        && read.reading().state() instanceof State.Register register
        && register.version().value().equals(value);
  }

  private static QualifiedKey key(long number) {
    return new QualifiedKey("positions", Key.of("zone-" + number % 1_000 + "/" + number % KEYS));
  }

  private static ByteString value(long number) {
    var bytes = new byte[VALUE_BYTES];
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[i] = (byte) (number >>> (8 * i));
    }
    return ByteString.copyFrom(bytes);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not reached within " + PATIENCE);
      }
      Thread.onSpinWait();
    }
  }
}
