package dev.tideline.drills.crash;

import dev.tideline.drills.chaos.client.ChaosClients;
import dev.tideline.drills.chaos.history.History;
import dev.tideline.drills.chaos.history.Operation;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import dev.tideline.store.LogEnvironment;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Runs it: a live site under load, of which at random moments all machines go down; on what their
 * disks then hold another site goes on.
 */
public final class CrashDrill {

  /** Then a site begins afresh, so that checking does not take longer and longer. */
  private static final int CRASHES_EACH = 8;

  /** Damage to names needs a checkpoint at the right moment: so many images more may bring it. */
  private static final int IMAGES_FOR_RARE_DAMAGE = 90;

  private static final int LOAD_MS_MOST = 300;
  private static final int ACKNOWLEDGED_MIN = 20;
  private static final long CHECKPOINT_PATIENCE_NS = Duration.ofSeconds(5).toNanos();
  private static final long LOAD_PATIENCE_NS = Duration.ofMinutes(1).toNanos();
  private static final ChaosClients.Crowd CROWD = new ChaosClients.Crowd("", 4, 4, 2);

  private final PrintWriter out;
  private final Random random;
  private final CrashOptions options;
  private final CrashReport report;

  private CrashDrill(CrashOptions options, PrintWriter out) {
    this.options = options;
    this.out = out;
    random = new Random(options.seed());
    report = new CrashReport(options.seed());
  }

  /** Runs it; true if everything held and every kind of damage was done. */
  public static boolean run(CrashOptions options, PrintWriter out)
      throws IOException, InterruptedException {
    return new CrashDrill(options, out).run();
  }

  private boolean run() throws IOException, InterruptedException {
    long beganNs = System.nanoTime();
    for (int round = 0; more(); round++) {
      var directory = Files.createTempDirectory("tideline-crash-");
      round(directory, round);
      if (report.passed()) {
        Directories.remove(directory);
      } else {
        out.printf("The failing image is kept in %s%n", directory);
      }
    }
    if (report.passed()) {
      report.end();
    }
    double seconds = (System.nanoTime() - beganNs) / 1e9;
    out.print(report.text(seconds));
    out.flush();
    if (options.json().isPresent()) {
      Files.writeString(options.json().get(), report.json(seconds));
    }
    return report.passed();
  }

  private void round(Path directory, int round) throws IOException, InterruptedException {
    var frozen = new ReentrantReadWriteLock();
    var disks = new HashMap<String, RecordingDisk>();
    disks.put(Site.HUB, new RecordingDisk("live", frozen));
    Site.EDGES.forEach(id -> disks.put(id, new RecordingDisk("live", frozen)));
    var live = directory.resolve("live");
    for (var name : disks.keySet()) {
      Files.createDirectories(live.resolve(name));
    }
    try (var history = new History(directory.resolve("live.ndjson"));
        var site = new Site(live, name -> disk(disks, name), true)) {
      for (int i = 0; i < CRASHES_EACH && more(); i++) {
        var name = "%d.%d.".formatted(round, i);
        var crowd =
            new ChaosClients.Crowd(name, CROWD.atEachEdge(), CROWD.pauseMs(), CROWD.largeEach());
        var clients = ChaosClients.start(crowd, site.installation().edges(), history, random);
        awaitAcknowledged(history, ACKNOWLEDGED_MIN);
        if (report.lacksDamage() || random.nextInt(3) == 0) {
          awaitCheckpoint(disks.values());
        } else {
          Thread.sleep(random.nextInt(LOAD_MS_MOST));
        }
        var images = directory.resolve("image-" + i);
        Crash crash;
        frozen.writeLock().lock();
        try {
          long atNs = history.nowNs();
          takeImages(disks, live, images);
          crash = new Crash(atNs, history.nowNs());
        } finally {
          frozen.writeLock().unlock();
        }
        clients.stop();
        judge(images, crash, name, history);
      }
    }
  }

  /** A crash before anything was promised proves nothing. */
  private static void awaitAcknowledged(History history, long more) throws InterruptedException {
    long before = acknowledged(history.operations());
    long sinceNs = history.nowNs();
    while (acknowledged(history.operations()) < before + more) {
      if (history.nowNs() - sinceNs > LOAD_PATIENCE_NS) {
        throw new IllegalStateException("the live site takes no writes");
      }
      Thread.sleep(2);
    }
  }

  /** Waits for a moment at which a checkpoint is being written, if there is one soon. */
  private static void awaitCheckpoint(Collection<RecordingDisk> disks) throws InterruptedException {
    long beganNs = System.nanoTime();
    while (disks.stream().noneMatch(RecordingDisk::isForcingSlowly)
        && System.nanoTime() - beganNs < CHECKPOINT_PATIENCE_NS) {
      Thread.sleep(2);
    }
  }

  private boolean more() {
    int most = options.images() + (report.lacksDamage() ? IMAGES_FOR_RARE_DAMAGE : 0);
    return report.passed() && report.images() < most;
  }

  private static LogEnvironment disk(Map<String, RecordingDisk> disks, String name) {
    return disks.getOrDefault(name, new RecordingDisk("live", new ReentrantReadWriteLock()));
  }

  private void takeImages(Map<String, RecordingDisk> disks, Path live, Path images)
      throws IOException {
    for (var disk : disks.entrySet()) {
      var name = disk.getKey();
      report.image(takeImage(disk.getValue(), live.resolve(name), images.resolve(name)));
    }
  }

  /** A file that goes away while it is copied makes us begin again. */
  private Map<Damage, Integer> takeImage(RecordingDisk disk, Path live, Path image)
      throws IOException {
    while (true) {
      try {
        return DiskImage.ofLostMachine(disk, live, image, random);
      } catch (NoSuchFileException e) {
        Directories.remove(image);
      }
    }
  }

  private void judge(Path images, Crash crash, String name, History live) throws IOException {
    var before = crash.before(live.operations());
    try (var history = live.fork(images.resolve("history.ndjson"), before)) {
      var killed = images.resolveSibling("killed");
      var wrong = Trial.run(images, killed, crash, "after " + name, history);
      report.checked(acknowledged(before), wrong);
      if (wrong.isEmpty()) {
        Directories.remove(images);
        Directories.remove(killed);
      }
    } catch (RuntimeException e) {
      report.checked(acknowledged(before), List.of("a node does not start: " + e.getMessage()));
    }
  }

  private static long acknowledged(List<Operation> operations) {
    return operations.stream()
        .filter(each -> each.outcome() instanceof Outcome.Acknowledged)
        .count();
  }
}
