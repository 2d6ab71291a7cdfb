package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.checkpoint.CheckpointRules;
import dev.tideline.hub.reconcile.KeyUse;
import dev.tideline.hub.reconcile.PartitionImage;
import dev.tideline.hub.reconcile.Share;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.EdgeId;
import dev.tideline.runtime.StartException;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.Mutation;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hub that starts from a checkpoint, written while it decided, is the one that starts from its
 * whole log.
 */
class CheckpointTest {

  private static final int SEEDS = 20;
  private static final int STEPS = 120;
  private static final int KEYS = 20;
  private static final int PARTITIONS = 64;
  private static final CheckpointRules KEEP_ALL = new CheckpointRules(1, 1 << 30, 1 << 30);

  @TempDir private Path directory = Path.of("");

  @Test
  void aHubFromACheckpointIsTheOneFromTheWholeLog() {
    int written = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      written += new Run(seed).run();
    }
    assertThat(written).as("checkpoints that were not given up").isGreaterThan(SEEDS);
  }

  @Test
  void aCheckpointBeyondTheLogIsRefused() {
    var run = new Run(1);
    run.write();
    run.checkpoint();
    var cut = run.log.crashedAfter(run.log.lastPosition() - 2);
    assertThatThrownBy(() -> new InMemoryHub(cut, run.restore()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("records that were durable are missing");
  }

  /** One hub, two edges that write, and a disk that is full at times. */
  private final class Run {
    private final int seed;
    private final Random random;
    private final Checkpoints checkpoints;
    private ManualLog log = ManualLog.unsynced();
    private InMemoryHub hub;
    private int incarnation;
    private List<ScriptedEdge> edges = List.of();
    private int checkpointsWritten;
    private boolean interfering;

    Run(int seed) {
      this.seed = seed;
      random = new Random(seed);
      checkpoints = new Checkpoints(directory.resolve("run-" + seed));
      hub = new InMemoryHub(log, restore(), this::interfere);
      newEdges();
    }

    CheckpointRestore restore() {
      return new CheckpointRestore(checkpoints.newest());
    }

    int run() {
      for (int step = 0; step < STEPS; step++) {
        switch (random.nextInt(20)) {
          case 0 -> checkpoint();
          case 1 -> restart();
          case 2 -> log.sync();
          default -> write();
        }
      }
      restart();
      return checkpointsWritten;
    }

    private void newEdges() {
      incarnation++;
      edges =
          List.of(
              new ScriptedEdge("a", incarnation, PARTITIONS).at(System.currentTimeMillis()),
              new ScriptedEdge("b", incarnation, PARTITIONS).at(System.currentTimeMillis()));
    }

    /** What happens between two entries of a checkpoint. */
    private void interfere() {
      if (!interfering && random.nextInt(8) == 0) {
        interfering = true;
        write();
        interfering = false;
      }
    }

    void write() {
      var name = random.nextBoolean() ? "a" : "b";
      var edge = edges.get(name.equals("a") ? 0 : 1);
      var key = "zone-%d/%d".formatted(random.nextInt(4), random.nextInt(KEYS));
      var mutation = mutation(edge, key);
      if (random.nextInt(40) == 0) {
        log.roomFor(0);
      }
      var share =
          new Share(
              new Source(new EdgeId(name), incarnation), edge.partitionOf(key), List.of(mutation));
      try {
        hub.reconcile.submit(share);
      } catch (LogFullException e) {
        log.roomFor(Integer.MAX_VALUE);
        hub.reconcile.submit(share);
      }
      log.roomFor(Integer.MAX_VALUE);
    }

    private Mutation mutation(ScriptedEdge edge, String key) {
      var idempotencyKey = random.nextInt(3) == 0 ? "key " + random.nextInt(10) : "";
      return switch (random.nextInt(3)) {
        case 0 -> edge.keyed(idempotencyKey, ScriptedEdge.add(key, random.nextInt(9)));
        case 1 -> edge.write(ScriptedEdge.delete("players", key));
        default ->
            edge.keyed(
                idempotencyKey, ScriptedEdge.put("players", key, "v" + random.nextInt(1_000)));
      };
    }

    void checkpoint() {
      var driver = new CheckpointDriver(hub.sources, checkpoints, KEEP_ALL, restore());
      if (driver.run()) {
        checkpointsWritten++;
      }
      driver.close();
    }

    private void restart() {
      long durable = log.durablePosition();
      log = log.crashedAfter(random.nextBoolean() ? durable : log.lastPosition());
      var whole = new InMemoryHub(log.crashedAfter(log.lastPosition()));
      hub = new InMemoryHub(log, restore(), this::interfere);
      check(whole);
      newEdges();
    }

    private void check(InMemoryHub whole) {
      for (int zone = 0; zone < 4; zone++) {
        for (int key = 0; key < KEYS; key++) {
          for (var namespace : List.of("players", "inventory")) {
            var target = ScriptedEdge.target(namespace, "zone-%d/%d".formatted(zone, key));
            assertThat(hub.reconcile.read(target).state())
                .as("seed %d, %s", seed, target)
                .isEqualTo(whole.reconcile.read(target).state());
          }
        }
      }
      for (int partition = 0; partition < PARTITIONS; partition++) {
        var here = hub.reconcile.image(partition, 0);
        var there = whole.reconcile.image(partition, 0);
        assertThat(withoutLastTerm(here)).isEqualTo(withoutLastTerm(there));
        assertThat(withoutTimes(here.keys()))
            .containsExactlyInAnyOrderElementsOf(withoutTimes(there.keys()));
        for (long revision = 1; revision <= here.head(); revision++) {
          assertThat(hub.sources.changeLog().positionOf(partition, revision, 0))
              .as("seed %d, partition %d, revision %d", seed, partition, revision)
              .isPositive();
        }
      }
      assertThat(hub.sources.ingest().known()).isEqualTo(whole.sources.ingest().known());
    }
  }

  /** A replay takes a key's time from its record. */
  private static List<KeyUse> withoutTimes(List<KeyUse> keys) {
    return keys.stream().map(use -> new KeyUse(use.scope(), use.first(), use.hash(), 0)).toList();
  }

  /** Each start draws its own; and a key's time is the record's after a replay. */
  private static PartitionImage withoutLastTerm(PartitionImage image) {
    return new PartitionImage(
        image.partition(),
        image.head(),
        image.terms().subList(0, image.terms().size() - 1),
        image.watermarks(),
        image.verdicts(),
        List.of());
  }
}
