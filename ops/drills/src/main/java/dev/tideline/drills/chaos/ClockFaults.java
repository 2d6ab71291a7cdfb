package dev.tideline.drills.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Wall clocks that jump. Nodes read theirs through a file that says by how much it is wrong (system
 * property {@code tideline.drill.clock}); the clock stays wrong until it jumps again.
 */
final class ClockFaults {

  /** For every JVM of the rig; {@code {node}} is filled in. */
  static String jvmFlag(Path directory) {
    return "-Dtideline.drill.clock=" + directory.resolve("{node}.clock");
  }

  /** Beyond the skew at which the hub clamps, both ways; no retention is near. */
  private static final int JUMP_MS_MOST = 600_000;

  private final Field field;

  ClockFaults(Field field) {
    this.field = field;
  }

  void jump(Random random) throws IOException {
    var nodes = new ArrayList<>(List.of("hub"));
    field.rig().edges().forEach(edge -> nodes.add("edge-" + edge.id()));
    var node = nodes.get(random.nextInt(nodes.size()));
    int ms = random.nextInt(2 * JUMP_MS_MOST) - JUMP_MS_MOST;
    var file = field.rig().directory().resolve(node + ".clock");
    var part = Files.writeString(file.resolveSibling(node + ".part"), Integer.toString(ms));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    field.say("the clock of %s jumps: it is %+d ms from the truth".formatted(node, ms));
  }
}
