package dev.tideline.drills.chaos;

import dev.tideline.rig.NodeProcess;
import java.util.Random;

/** Processes that are killed or suspended. */
final class ProcessFaults {
  private static final int DOWN_MS_MOST = 2_000;

  /** Longer than a request waits, and than a hub waits for a heartbeat. */
  private static final int STOPPED_MS_MOST = 5_000;

  private final Field field;

  ProcessFaults(Field field) {
    this.field = field;
  }

  void killEdge(Random random) throws InterruptedException {
    var edge = field.anyEdge(random);
    kill(edge.process(), edge::awaitReady, random);
  }

  void killHub(Random random) throws InterruptedException {
    kill(field.rig().hub().process(), field.rig().hub()::awaitReady, random);
  }

  void stopEdge(Random random) throws InterruptedException {
    stop(field.anyEdge(random).process(), random);
  }

  void stopHub(Random random) throws InterruptedException {
    stop(field.rig().hub().process(), random);
  }

  private void kill(NodeProcess process, Runnable awaitReady, Random random)
      throws InterruptedException {
    long downMs = Fault.spanMs(random, 0, DOWN_MS_MOST);
    process.kill();
    field.say("%s is killed (SIGKILL), down for %d ms".formatted(process.name(), downMs));
    Thread.sleep(downMs);
    process.start();
    awaitReady.run();
    field.say(process.name() + " serves again");
  }

  private void stop(NodeProcess process, Random random) throws InterruptedException {
    long stoppedMs = Fault.spanMs(random, 500, STOPPED_MS_MOST);
    process.pause();
    field.say("%s is suspended (SIGSTOP) for %d ms".formatted(process.name(), stoppedMs));
    try {
      Thread.sleep(stoppedMs);
    } finally {
      process.resume();
    }
  }
}
