package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tideline.hub.testing.FoldingEdge;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.Operation;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge that is connected and does not read, beside one that does: it costs the hub no memory and
 * the other no time, and reads in the end no more than it needs.
 */
class SlowEdgeTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEYS = 20;

  /** More records than an edge may be behind before it is sent only the latest. */
  private static final int WRITES = 9_000;

  private static final int VALUE_BYTES = 6_000;

  /** What the hub keeps of its log in memory for all edges together, and as much again. */
  private static final long HEAP_BYTES_MAX = 32L << 20;

  /** Far less than is unread; far more than the hub hands to one stream that takes nothing. */
  private static final long DIRECT_BYTES_MAX = 16L << 20;

  private static final int TIMED_WRITES = 200;

  /** Beside an edge that does not read; the median of a write and its sync is steady. */
  private static final double DELAY_RATIO_MAX = 3;

  @TempDir private Path directory = Path.of("");

  private final ScriptedEdge script = new ScriptedEdge("a", 1, 64).at(System.currentTimeMillis());
  private int writes;

  @Test
  @Timeout(180)
  void anEdgeThatDoesNotReadCostsNoMemoryAndNoTimeAndConvergesInTheEnd() {
    try (var hub = start();
        var writer = new FoldingEdge(hub.grpcPort(), script, true);
        var prompt = new FoldingEdge(hub.grpcPort(), new ScriptedEdge("b", 1, 64), true)) {
      await().atMost(PATIENCE).until(() -> writer.welcomed() && prompt.welcomed());
      writeMany(writer, prompt);
      long aloneNs = medianNs(writer, prompt);
      long heapBytes = heapBytes();
      long directBytes = directBytes();
      try (var slow = new FoldingEdge(hub.grpcPort(), new ScriptedEdge("c", 1, 64), false)) {
        await().atMost(PATIENCE).until(slow::welcomed);
        writeMany(writer, prompt);

        assertThat(heapBytes() - heapBytes).as("bytes of heap").isLessThan(HEAP_BYTES_MAX);
        assertThat(directBytes() - directBytes).as("off heap").isLessThan(DIRECT_BYTES_MAX);
        assertThat((double) medianNs(writer, prompt) / aloneNs)
            .as("a write seen at the prompt edge, against %d ns alone", aloneNs)
            .isLessThan(DELAY_RATIO_MAX);
        assertThat(slow.changes()).as("changes that it has read").isZero();

        slow.read();
        await().atMost(PATIENCE).until(() -> slow.heads().equals(prompt.heads()));
        assertThat(slow.latest()).isEqualTo(prompt.latest());
        assertThat(slow.conflated()).isTrue();
        assertThat(slow.changes()).isLessThan(prompt.changes() / 2);
        assertThat(slow.broken()).isEmpty();
        assertThat(prompt.broken()).isEmpty();
      }
    }
  }

  private CoreHub start() {
    var given =
        Map.of(
            "data.dir",
            directory.toString(),
            "grpc.port",
            "0",
            "admin.port",
            "0",
            "log.generation-bytes",
            Long.toString(256L << 20),
            "log.reserve-bytes",
            "0");
    return CoreHub.start(HubConfig.read(given, Map.of()));
  }

  /** Returns once the prompt edge has them all. */
  private void writeMany(FoldingEdge writer, FoldingEdge prompt) {
    for (int i = 0; i < WRITES; i++) {
      write(writer);
      // Few enough under way that what the writer itself has queued does not count.
      int allowed = 100;
      spinUntil(() -> writes - writer.acknowledged() < allowed);
    }
    await().atMost(PATIENCE).until(() -> prompt.changes() == 2L * writes);
  }

  /** An atomic mutation of two keys. */
  private void write(FoldingEdge writer) {
    writes++;
    var value = "%08d".formatted(writes).repeat(VALUE_BYTES / 8);
    var zone = "z" + writes % KEYS;
    Operation[] both = {
      ScriptedEdge.put("players", zone + "/1", value),
      ScriptedEdge.put("players", zone + "/2", value)
    };
    writer.send(ScriptedEdge.batch(script.write(both)));
  }

  private long medianNs(FoldingEdge writer, FoldingEdge prompt) {
    var tookNs = new long[TIMED_WRITES];
    for (int i = 0; i < TIMED_WRITES; i++) {
      long beganNs = System.nanoTime();
      write(writer);
      long seen = 2L * writes;
      spinUntil(() -> prompt.changes() == seen);
      tookNs[i] = System.nanoTime() - beganNs;
    }
    Arrays.sort(tookNs);
    return tookNs[TIMED_WRITES / 2];
  }

  private static void spinUntil(BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("not within " + PATIENCE);
      }
      LockSupport.parkNanos(20_000);
    }
  }

  private static long heapBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long directBytes() {
    var metric = PooledByteBufAllocator.DEFAULT.metric();
    return metric.usedDirectMemory();
  }
}
