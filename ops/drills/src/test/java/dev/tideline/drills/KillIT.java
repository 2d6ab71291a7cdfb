package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.rig.NodeProcess;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL at random moments, under load. */
final class KillIT {
  private static final int CYCLES = 20;

  /** Acknowledged writes between two kills, at most; few enough to hit a start now and then. */
  private static final int LIFE_WRITES_MOST = 400;

  @TempDir private Path directory = Path.of("");

  @Test
  @Timeout(420)
  void anEdgeSurvivesTwentyKills() {
    try (var drill = new Drill(directory)) {
      var edge = drill.rig().edges().getFirst();
      kill(drill, edge.process(), edge::awaitReady);
    }
  }

  @Test
  @Timeout(420)
  void theHubSurvivesTwentyKills() {
    try (var drill = new Drill(directory)) {
      kill(drill, drill.rig().hub().process(), drill.rig().hub()::awaitReady);
    }
  }

  private static void kill(Drill drill, NodeProcess process, Runnable awaitReady) {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    try (var load = drill.load()) {
      for (int cycle = 0; cycle < CYCLES; cycle++) {
        Drill.awaitWrites(load, random.nextInt(LIFE_WRITES_MOST));
        process.kill();
        process.start();
        awaitReady.run();
      }
      assertThat(load.edges()).allSatisfy(edge -> assertThat(edge.writes().count()).isPositive());
    }
    drill.prove();
  }
}
