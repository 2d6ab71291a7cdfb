package dev.tideline.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.tideline.codec.Ids;
import dev.tideline.hub.checkpoint.CheckpointDriver;
import dev.tideline.hub.checkpoint.CheckpointRestore;
import dev.tideline.hub.checkpoint.CheckpointRules;
import dev.tideline.hub.reconcile.KeptVerdict;
import dev.tideline.hub.reconcile.KeyUse;
import dev.tideline.hub.reconcile.PartitionImage;
import dev.tideline.hub.reconcile.Share;
import dev.tideline.hub.reconcile.Source;
import dev.tideline.hub.testing.ManualLog;
import dev.tideline.hub.testing.ScriptedEdge;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Layout;
import dev.tideline.model.MutationId;
import dev.tideline.model.State;
import dev.tideline.model.Verdict;
import dev.tideline.runtime.Machine;
import dev.tideline.runtime.StartException;
import dev.tideline.runtime.telemetry.Metrics;
import dev.tideline.store.Checkpoints;
import dev.tideline.store.FileCheckpoints;
import dev.tideline.store.LogFullException;
import dev.tideline.wire.v1.EdgeFrame;
import dev.tideline.wire.v1.Locate;
import dev.tideline.wire.v1.Located;
import dev.tideline.wire.v1.Mutation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
  private static final CheckpointRules KEEP_ALL = new CheckpointRules(1, 1 << 30, 1 << 30, 1 << 30);

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
  void aCheckpointThatSawAStepTakenBackIsGivenUp() {
    var log = ManualLog.synced();
    var step = new StepTakenBack(log);
    var hub = new InMemoryHub(log, new CheckpointRestore(Optional.empty()), step);
    var keys = IntStream.range(0, 200).mapToObj("zone/%03d"::formatted).toList();
    var edge = new ScriptedEdge("a", 1, PARTITIONS);
    keys.forEach(key -> submit(hub, edge.write(ScriptedEdge.put("players", key, "kept"))));
    var late = edge.write(ScriptedEdge.put("players", keys.getLast(), "taken back"));
    step.of(() -> submit(hub, late), keys.size());
    var checkpoints = new FileCheckpoints(directory.resolve("taken-back"));
    var driver =
        new CheckpointDriver(
            hub.sources, checkpoints, KEEP_ALL, newest(checkpoints), new Metrics(), Machine.real());

    assertThat(driver.run()).isFalse();
    assertThat(step.refused()).isTrue();
    assertThat(checkpoints.newest()).isEmpty();
    assertThat(driver.run()).as("the next one, undisturbed").isTrue();
    driver.close();
    var again = new InMemoryHub(log.crashedAfter(log.lastPosition()), newest(checkpoints));
    assertThat(again.reconcile.read(ScriptedEdge.target("players", keys.getLast())).state())
        .isEqualTo(hub.reconcile.read(ScriptedEdge.target("players", keys.getLast())).state())
        .matches(
            state ->
                state instanceof State.Register register
                    && register.version().value().toStringUtf8().equals("kept"));
  }

  private static CheckpointRestore newest(Checkpoints checkpoints) {
    return new CheckpointRestore(checkpoints.newest());
  }

  private static void submit(InMemoryHub hub, Mutation mutation) {
    var source = new Source(new EdgeId("a"), mutation.getId().getIncarnation());
    int partition = hub.reconcile.layout().partitionOf("zone");
    hub.reconcile.submit(new Share(source, partition, List.of(mutation)));
  }

  /**
   * A step on a thread of its own that begins behind the first entry of a walk and is refused by
   * the log behind the last: what it wrote is in the table while the rest is copied.
   */
  private static final class StepTakenBack implements Runnable {
    private final ManualLog log;
    private final CountDownLatch written = new CountDownLatch(1);
    private final CountDownLatch copied = new CountDownLatch(1);
    private Optional<CompletableFuture<Boolean>> refused = Optional.empty();
    private Runnable step = () -> {};
    private int entries;
    private int seen;

    StepTakenBack(ManualLog log) {
      this.log = log;
    }

    void of(Runnable begun, int expected) {
      step = begun;
      entries = expected;
    }

    boolean refused() {
      return refused.orElseThrow().join();
    }

    /** Behind each entry. */
    @Override
    public void run() {
      seen++;
      if (seen == 1) {
        log.beforeAppend(
            () -> {
              written.countDown();
              await(copied);
            });
        log.roomFor(0);
        refused = Optional.of(CompletableFuture.supplyAsync(this::isRefused));
        await(written);
      } else if (seen == entries) {
        copied.countDown();
        var _ = refused();
        log.beforeAppend(() -> {});
        log.roomFor(Integer.MAX_VALUE);
      }
    }

    private boolean isRefused() {
      try {
        step.run();
        return false;
      } catch (LogFullException e) {
        return true;
      }
    }

    private static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void whatWasNotAppliedIsKnownForThirtyDaysAndAfterwardsNothingIsClaimed() {
    var log = ManualLog.synced();
    var checkpoints = new FileCheckpoints(directory.resolve("days"));
    var hub = new InMemoryHub(log, newest(checkpoints));
    var edge = new ScriptedEdge("a", 1, PARTITIONS);
    submit(hub, edge.write(ScriptedEdge.put("players", "zone/1", "applied")));
    submit(hub, edge.write(ScriptedEdge.put("inventory", "zone/1", "rejected")));

    hub.aheadMs = Duration.ofDays(29).toMillis();
    checkpoint(hub, checkpoints);
    submit(hub, edge.write(ScriptedEdge.put("inventory", "zone/1", "rejected later")));
    assertThat(place(hub, edge.id(1))).isEqualTo(Located.Place.DECIDED);
    assertThat(place(hub, edge.id(2))).isEqualTo(Located.Place.DECIDED);

    hub.aheadMs = Duration.ofDays(31).toMillis();
    checkpoint(hub, checkpoints);
    var again = new InMemoryHub(log.crashedAfter(log.lastPosition()), newest(checkpoints));
    for (var one : List.of(hub, again)) {
      assertThat(place(one, edge.id(1))).isEqualTo(Located.Place.FORGOTTEN);
      assertThat(place(one, edge.id(2))).isEqualTo(Located.Place.FORGOTTEN);
      assertThat(one.reconcile.snapshot(partitionOf("zone"), edge.id(2).edge(), 0).forgotten())
          .containsExactly(entry(edge.id(2).incarnation(), 2L));
      assertThat(one.reconcile.verdict(partitionOf("zone"), edge.id(3)))
          .get()
          .extracting(KeptVerdict::verdict)
          .isEqualTo(Verdict.REJECTED);
      assertThat(place(one, edge.id(3))).isEqualTo(Located.Place.DECIDED);
    }
  }

  private static void checkpoint(InMemoryHub hub, Checkpoints checkpoints) {
    try (var driver =
        new CheckpointDriver(
            hub.sources,
            checkpoints,
            KEEP_ALL,
            newest(checkpoints),
            new Metrics(),
            Machine.real())) {
      assertThat(driver.run()).isTrue();
    }
  }

  private static Located.Place place(InMemoryHub hub, MutationId id) {
    var link = hub.connect(new ScriptedEdge("asker", 1, PARTITIONS).hello());
    link.send(
        EdgeFrame.newBuilder()
            .setLocate(Locate.newBuilder().setId(Ids.encode(id)).setPartition(partitionOf("zone")))
            .build());
    hub.log.sync();
    return link.last().getLocated().getPlace();
  }

  private static int partitionOf(String zone) {
    return new Layout(PARTITIONS).partitionOf(zone);
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
      checkpoints = new FileCheckpoints(directory.resolve("run-" + seed));
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
      var driver =
          new CheckpointDriver(
              hub.sources, checkpoints, KEEP_ALL, restore(), new Metrics(), Machine.real());
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

  /** A replay takes the time of a key, and of a verdict, from its record. */
  private static List<KeyUse> withoutTimes(List<KeyUse> keys) {
    return keys.stream().map(use -> new KeyUse(use.scope(), use.first(), use.hash(), 0)).toList();
  }

  private static Map<MutationId, KeptVerdict> withoutTimes(Map<MutationId, KeptVerdict> verdicts) {
    var without = new HashMap<>(verdicts);
    without.replaceAll(
        (id, kept) ->
            new KeptVerdict(kept.revision(), kept.verdict(), kept.reason(), kept.first(), 0));
    return without;
  }

  /** Each start draws its own; and a key's time is the record's after a replay. */
  private static PartitionImage withoutLastTerm(PartitionImage image) {
    var told = image.outcomes();
    return new PartitionImage(
        image.partition(),
        image.head(),
        image.terms().subList(0, image.terms().size() - 1),
        image.watermarks(),
        new PartitionImage.Outcomes(
            withoutTimes(told.verdicts()), told.forgotten(), told.reissued()),
        List.of());
  }
}
