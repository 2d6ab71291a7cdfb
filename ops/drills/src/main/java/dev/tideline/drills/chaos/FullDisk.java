package dev.tideline.drills.chaos;

import dev.tideline.drills.chaos.client.ChaosClients;
import dev.tideline.drills.chaos.client.RecordedEdge;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import dev.tideline.rig.RigEdge;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A disk that fills up. The last edge lives on a small disk of its own, a tmpfs; a file takes what
 * is free there until the edge refuses a write for want of space, and goes away again.
 */
final class FullDisk {

  /** Room for both logs twice over, and no more than a test machine has to spare. */
  private static final int DISK_MEGABYTES = 512;

  /** Left free, so that the disk is nearly full and the node sees it before the kernel does. */
  private static final long LEFT_BYTES = 8L << 20;

  private static final int VALUE_SIZE = 30_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String NOT_ACCEPTED = "TL-NOT-ACCEPTED";

  private final Field field;

  FullDisk(Field field) {
    this.field = field;
  }

  /** Gives a directory a small disk of its own; whether that is permitted. */
  static boolean mount(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    return run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "tmpfs", directory);
  }

  /** Takes it away again, with what is on it. */
  static void unmount(Path directory) throws IOException, InterruptedException {
    if (!run("umount", "-l", directory)) {
      throw new IOException("cannot unmount " + directory);
    }
  }

  void fill(Random random) throws IOException, InterruptedException {
    var edge = field.rig().edges().getLast();
    var ballast = edge.data().resolve("ballast");
    try {
      long taken = take(ballast);
      field.say("the disk of edge %s is full, %d MiB taken away".formatted(edge.id(), taken >> 20));
      writeUntilRefused(edge, random);
      field.say("edge %s refuses writes: %s".formatted(edge.id(), NOT_ACCEPTED));
      Thread.sleep(Fault.spanMs(random, 200, 2_000));
    } finally {
      Files.deleteIfExists(ballast);
    }
    var recorded = field.recorded("full disk", edge);
    Field.await(
        "edge %s takes writes again".formatted(edge.id()),
        () -> put(recorded, random, 0) instanceof Outcome.Acknowledged);
    field.say("the disk of edge %s has room again, and it takes writes".formatted(edge.id()));
  }

  private void writeUntilRefused(RigEdge edge, Random random) {
    var recorded = field.recorded("full disk", edge);
    long beganNs = System.nanoTime();
    while (!(put(recorded, random, VALUE_SIZE) instanceof Outcome.Refused(var code)
        && code.equals(NOT_ACCEPTED))) {
      if (System.nanoTime() - beganNs > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "edge %s goes on writing on a full disk".formatted(edge.id()));
      }
    }
  }

  private static Outcome put(RecordedEdge edge, Random random, int size) {
    var key = ChaosClients.KEYS.get(random.nextInt(ChaosClients.KEYS.size()));
    return edge.put(key, size, Optional.empty());
  }

  /** The edge goes on meanwhile, and may take the last of it first. */
  private static long take(Path ballast) throws IOException {
    var disk = Files.getFileStore(ballast.getParent());
    var zeros = ByteBuffer.allocate(1 << 20);
    try (var file =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      long written = 0;
      while (disk.getUsableSpace() > LEFT_BYTES + zeros.capacity()) {
        file.write(zeros.clear(), written);
        written += zeros.capacity();
      }
      return written;
    }
  }

  private static boolean run(Object... command) throws IOException, InterruptedException {
    var words = Arrays.stream(command).map(Object::toString).toList();
    var process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
