package dev.tideline.drills.chaos;

import dev.tideline.drills.chaos.client.ChaosClients;
import dev.tideline.drills.chaos.client.LastWords;
import dev.tideline.drills.chaos.history.History;
import dev.tideline.drills.chaos.history.HistoryChecker;
import dev.tideline.drills.check.Installation;
import dev.tideline.drills.check.Quiescence;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs it: start, clients and faults, healing, rest, proof. */
public final class ChaosDrill {

  private static final List<String> EDGES = List.of("a", "b", "c");

  /** Small logs and many checkpoints, so that faults meet generations that begin and end. */
  private static final List<String> SETTINGS =
      List.of(
          "log.generation-bytes=" + (36 << 20),
          "checkpoint.log-bytes=" + (1 << 20),
          "log.reserve-bytes=" + (16 << 20));

  private static final List<String> EDGE_SETTINGS =
      List.of("log.generation-bytes=" + (20 << 20), "journal.retained-bytes=" + (40 << 20));

  /** Far longer than a healed installation needs; short enough to be told that it does not. */
  private static final Duration REST_PATIENCE = Duration.ofMinutes(2);

  private static final ChaosClients.Crowd CROWD = new ChaosClients.Crowd("", 4, 25, 6);
  private static final Duration SETTLE_EACH = Duration.ofMillis(200);

  private final ChaosOptions options;
  private final PrintWriter out;
  private final List<String> problems = new ArrayList<>();

  private ChaosDrill(ChaosOptions options, PrintWriter out) {
    this.options = options;
    this.out = out;
  }

  /** Runs it; true if everything held and every kind of fault was injected. */
  public static boolean run(ChaosOptions options, PrintWriter out) throws IOException {
    var directory = Files.createTempDirectory("tideline-chaos-");
    boolean passed = false;
    try {
      passed = new ChaosDrill(options, out).run(directory);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (passed) {
        remove(directory);
      } else {
        out.printf("The data, logs and history of the run are kept in %s%n", directory);
      }
      out.flush();
    }
    return passed;
  }

  private boolean run(Path directory) throws IOException, InterruptedException {
    var small = directory.resolve("edge-" + EDGES.getLast());
    boolean mounted = options.faults().contains(ChaosFault.DISK_FULL);
    if (mounted && !FullDisk.mount(small)) {
      out.println(
          "DISK_FULL needs a disk of its own, and mounting a tmpfs is not permitted here: run as"
              + " root, or --without DISK_FULL");
      return false;
    }
    boolean passed = false;
    try {
      passed = runOn(directory);
    } finally {
      if (mounted) {
        if (!passed) {
          Trees.copy(small, directory.resolve("kept-" + small.getFileName()));
        }
        FullDisk.unmount(small);
      }
    }
    return passed;
  }

  private boolean runOn(Path directory) throws IOException, InterruptedException {
    var file = directory.resolve("history.ndjson");
    var config =
        RigConfig.small(directory, EDGES)
            .with(SETTINGS)
            .withEdgeSettings(EDGE_SETTINGS)
            .withJvmFlags(List.of(ClockFaults.jvmFlag(directory)));
    ChaosReport report;
    try (var history = new History(file);
        var rig = Rig.create(config)) {
      out.printf("seed %d: starting a hub and %d edges …%n", options.seed(), EDGES.size());
      out.flush();
      rig.start();
      report = run(new Field(rig, history, out));
    }
    if (options.history().isPresent()) {
      Files.copy(file, options.history().get(), StandardCopyOption.REPLACE_EXISTING);
    }
    if (options.json().isPresent()) {
      Files.writeString(options.json().get(), report.json());
    }
    out.print(report.text());
    return problems.isEmpty();
  }

  private ChaosReport run(Field field) throws InterruptedException {
    var random = new Random(options.seed());
    var goesOn = new AtomicBoolean(true);
    var clients = ChaosClients.start(CROWD, installation(field).edges(), field.history(), random);
    var settling = Thread.ofVirtual().start(() -> settle(field, goesOn));
    var injected = new EnumMap<ChaosFault, Integer>(ChaosFault.class);
    long beganNs = field.history().nowNs();
    for (var injector : startInjectors(field, random)) {
      injected.putAll(injector.await());
      if (!injector.failure().isEmpty()) {
        problems.add(injector.failure());
      }
    }
    double seconds = (field.history().nowNs() - beganNs) / 1e9;
    goesOn.set(false);
    clients.stop();
    settling.join();
    return conclude(field, injected, seconds);
  }

  private List<Injector> startInjectors(Field field, Random random) {
    long endNs = System.nanoTime() + options.duration().toNanos();
    var all = new Faults(field);
    var injectors = new ArrayList<Injector>();
    for (var place : ChaosFault.Place.values()) {
      var faults = new EnumMap<ChaosFault, Fault>(ChaosFault.class);
      ChaosFault.at(place, options.faults()).forEach(kind -> faults.put(kind, all.of(kind)));
      if (!faults.isEmpty()) {
        injectors.add(
            Injector.start(
                place.name(),
                field,
                faults,
                new Random(random.nextLong()),
                () -> System.nanoTime() - endNs > 0));
      }
    }
    return injectors;
  }

  private ChaosReport conclude(Field field, Map<ChaosFault, Integer> injected, double seconds) {
    field.say("everything is healed; waiting until nothing is on its way");
    var installation = installation(field);
    Quiescence.await(installation, REST_PATIENCE)
        .forEach(line -> problems.add("not at rest: " + line));
    var operations = field.history().operations();
    field.say("asking every node for every key and every receipt");
    var state = LastWords.of(installation, operations);
    var losses = field.history().losses();
    HistoryChecker.check(operations, losses, state)
        .forEach(violation -> problems.add(violation.toString()));
    for (var kind : options.faults()) {
      if (!injected.containsKey(kind)) {
        problems.add("%s was not injected".formatted(kind));
      }
    }
    return new ChaosReport(
        options.seed(),
        seconds,
        injected,
        operations,
        losses.size(),
        state.values().size(),
        problems);
  }

  private static Installation installation(Field field) {
    return new Installation(
        field.rig().hub().client(),
        field.rig().edges().stream()
            .map(edge -> new Installation.NamedEdge(edge.id(), edge.client()))
            .toList());
  }

  private static void settle(Field field, AtomicBoolean goesOn) {
    try {
      while (goesOn.get()) {
        field.noteSettled();
        Thread.sleep(SETTLE_EACH);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
