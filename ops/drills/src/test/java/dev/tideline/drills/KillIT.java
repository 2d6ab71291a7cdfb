package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.rig.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL under load: at random moments, while a checkpoint is being written, and right behind one,
 * when the logs give back what they no longer need.
 */
final class KillIT {
  private static final int CYCLES = 20;

  /** Acknowledged writes between two kills, at most; few enough to hit a start now and then. */
  private static final int LIFE_WRITES_MOST = 400;

  /** Checkpoints as often, and generations as small, as they may be. */
  private static final List<String> SETTINGS =
      List.of("checkpoint.log-bytes=" + (1 << 20), "log.generation-bytes=" + (36 << 20));

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path directory = Path.of("");

  @Test
  @Timeout(420)
  void anEdgeSurvivesTwentyKills() {
    try (var drill = new Drill(directory, SETTINGS)) {
      var edge = drill.rig().edges().getFirst();
      var victim = new Victim("edge", edge.process(), edge::awaitReady, edge.url(), data("edge-a"));
      kill(drill, victim);
      assertThat(victim.metric("tideline_edge_log_first_record{log=\"apply\"}"))
          .as("the apply log gave back generations")
          .isGreaterThan(1);
    }
  }

  @Test
  @Timeout(420)
  void theHubSurvivesTwentyKills() {
    try (var drill = new Drill(directory, SETTINGS)) {
      var hub = drill.rig().hub();
      kill(drill, new Victim("hub", hub.process(), hub::awaitReady, hub.adminUrl(), data("hub")));
    }
  }

  private Path data(String node) {
    return directory.resolve(node);
  }

  private static void kill(Drill drill, Victim victim) {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    try (var load = drill.load();
        var _ = new BulkWriter(drill.edges().getFirst(), drill.ledger())) {
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        switch (cycle % 4) {
          case 0 -> victim.awaitCheckpointBegun();
          case 2 -> victim.awaitCheckpointWritten();
          default -> Drill.awaitWrites(load, random.nextInt(LIFE_WRITES_MOST));
        }
        victim.restart();
      }
      assertThat(load.edges()).allSatisfy(edge -> assertThat(edge.writes().count()).isPositive());
    }
    drill.prove();
    assertThat(victim.metric("tideline_%s_start_checkpoint_record".formatted(victim.kind())))
        .as("the last start was from a checkpoint")
        .isPositive();
  }

  /**
   * Who is killed.
   *
   * @param kind in the names of metrics
   */
  private record Victim(
      String kind, NodeProcess process, Runnable awaitReady, String url, Path data) {

    double metric(String sample) {
      return Exposition.at(url).value(sample);
    }

    /** Returns while a checkpoint is being written, or just was. */
    void awaitCheckpointBegun() {
      long before = newest();
      await(1, () -> newest() != before || isWriting());
    }

    void awaitCheckpointWritten() {
      await(
          50,
          () -> metric("tideline_%s_checkpoints_total{result=\"written\"}".formatted(kind)) > 0);
    }

    private boolean isWriting() {
      return files().stream().anyMatch(name -> name.endsWith(".part"));
    }

    /** The start of the newest checkpoint; 0 without one. */
    private long newest() {
      return files().stream()
          .filter(name -> !name.endsWith(".part"))
          .mapToLong(name -> Long.parseLong(name.substring(name.indexOf('-') + 1)))
          .max()
          .orElse(0);
    }

    private List<String> files() {
      try (var files = Files.list(data.resolve("checkpoints"))) {
        return files.map(file -> file.getFileName().toString()).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void restart() {
      process.kill();
      process.start();
      awaitReady.run();
    }

    private static void await(int pollMs, Callable<Boolean> condition) {
      Awaitility.await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(pollMs))
          .until(condition);
    }
  }
}
