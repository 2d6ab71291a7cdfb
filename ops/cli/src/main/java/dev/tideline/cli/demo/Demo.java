package dev.tideline.cli.demo;

import dev.tideline.drills.check.Checker;
import dev.tideline.drills.check.Findings;
import dev.tideline.drills.check.Installation;
import dev.tideline.drills.load.BusyEdge;
import dev.tideline.drills.load.FileScans;
import dev.tideline.drills.load.GeneratedScans;
import dev.tideline.drills.load.Ledger;
import dev.tideline.drills.load.Load;
import dev.tideline.drills.load.ScanFile;
import dev.tideline.drills.load.ScanSource;
import dev.tideline.rig.Directories;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Runs the demo: start, traffic and faults, rest, proof. */
public final class Demo {

  /**
   * What to do.
   *
   * @param edges how many
   * @param scans where the scanners' traffic comes from; made up if empty
   * @param report where the outcome goes, too
   * @param otlp where traces go
   */
  public record Plan(
      Duration duration,
      int edges,
      Optional<ScanFile> scans,
      Optional<Path> report,
      Optional<URI> otlp) {}

  /** Far longer than a healed installation needs; short enough to be told that it does not. */
  private static final Duration REST_PATIENCE = Duration.ofMinutes(1);

  private static final Duration VIEW_EACH = Duration.ofMillis(500);

  /** People and games: a few requests at a time. */
  private static final Load.Size SIZE_MADE_UP = new Load.Size(4, 4, true);

  /** A file is to be through soon: many scanners share each sync of the edge's disk. */
  private static final Load.Size SIZE_FILE = new Load.Size(16, 1, true);

  private final Plan plan;
  private final PrintWriter out;
  private final UnaryOperator<BusyEdge.Sender> wrap;
  private final Ledger ledger = new Ledger();

  /**
   * A demo that has not begun.
   *
   * @param wrap what to put between the users and the edges; tests lose a write there
   */
  public Demo(Plan plan, PrintWriter out, UnaryOperator<BusyEdge.Sender> wrap) {
    this.plan = plan;
    this.out = out;
    this.wrap = wrap;
  }

  /** Whether everything was as promised. */
  public boolean run() throws IOException {
    var directory = Files.createTempDirectory("tideline-demo-");
    boolean passed = false;
    try {
      passed = run(directory);
    } finally {
      if (passed) {
        Directories.delete(directory);
      } else {
        out.printf("%nThe data and logs of all processes are kept in %s%n", directory);
      }
      out.flush();
    }
    return passed;
  }

  private boolean run(Path directory) throws IOException {
    var ids = IntStream.range(0, plan.edges()).mapToObj(i -> String.valueOf((char) ('a' + i)));
    var tracing = plan.otlp().map(url -> List.of("otlp.url=" + url)).orElse(List.of());
    try (var rig = Rig.create(RigConfig.small(directory, ids.toList()).with(tracing))) {
      start(rig);
      var outcome = traffic(rig);
      var installation =
          new Installation(
              rig.hub().client(),
              rig.edges().stream()
                  .map(edge -> new Installation.NamedEdge(edge.id(), edge.client()))
                  .toList());
      out.printf("%nEverything is healed. Now the proof:%n");
      var checker = new Checker(installation, ledger, step -> say("  … " + step));
      var findings = checker.check(totals(), REST_PATIENCE);
      return conclude(outcome, findings);
    }
  }

  private void start(Rig rig) {
    out.printf(
        "Starting a hub and %d edges as processes of their own on this machine …%n", plan.edges());
    out.flush();
    long startNs = System.nanoTime();
    rig.start();
    out.printf("  hub     admin %s%n", rig.hub().adminUrl());
    rig.edges().forEach(edge -> out.printf("  edge %s  http %s%n", edge.id(), edge.url()));
    out.printf("  ready after %.1f s%n%n", (System.nanoTime() - startNs) / 1e9);
    out.flush();
  }

  private Outcome traffic(Rig rig) {
    var edges = new ArrayList<BusyEdge>();
    for (var edge : rig.edges()) {
      edges.add(new BusyEdge(edges.size(), edge.id(), edge.client(), wrap));
    }
    var source =
        plan.scans()
            .map(ScanFile::scans)
            .<ScanSource>map(scans -> new FileScans(scans, edges.size(), plan.duration()))
            .orElseGet(GeneratedScans::new);
    var size = plan.scans().isPresent() ? SIZE_FILE : SIZE_MADE_UP;
    var events = new Events();
    var load = Load.start(edges, source, size, ledger);
    var view = new LiveView(rig, load, events, plan.duration(), out);
    Faults faults;
    try (load) {
      events.add("traffic begins: %s".formatted(describe(size)));
      faults = Faults.start(rig, load, events, plan.duration());
      while (!isOver(faults, load, events)) {
        sleep();
        view.show();
      }
    }
    events.add("traffic ends");
    view.finish();
    return new Outcome(edges, load.visibility().total(), faults.kills(), faults.failure());
  }

  private boolean isOver(Faults faults, Load load, Events events) {
    boolean scanned = plan.scans().isEmpty() || load.scansDone();
    return faults.done() && scanned && events.elapsed().compareTo(plan.duration()) >= 0;
  }

  private String describe(Load.Size size) {
    return "%d scanners%s and %d game servers at each edge"
        .formatted(
            size.scanners(),
            plan.scans()
                .map(file -> " (%,d lines between them)".formatted(file.scans().size()))
                .orElse(""),
            size.gameServers());
  }

  private boolean conclude(Outcome outcome, Findings findings) throws IOException {
    var problems = problems(outcome, findings);
    new Summary(outcome, findings, out).print(problems);
    if (plan.report().isPresent()) {
      DemoReport.write(plan.report().get(), outcome, findings);
    }
    return problems.isEmpty();
  }

  private List<String> problems(Outcome outcome, Findings findings) {
    var problems = new ArrayList<>(findings.complaints());
    var failures = ledger.failures();
    failures.stream().limit(3).forEach(problems::add);
    if (failures.size() > 3) {
      problems.add("and %,d more complaints of users".formatted(failures.size() - 3));
    }
    if (!outcome.failure().isEmpty()) {
      problems.add(outcome.failure());
    }
    if (outcome.offlineWrites() == 0) {
      problems.add("no write was made offline, so nothing is proved about it");
    }
    if (outcome.kills() == 0) {
      problems.add("no process was killed, so nothing is proved about it");
    }
    if (!findings.clean() && problems.isEmpty()) {
      problems.add("the nodes did not keep their promises");
    }
    return problems;
  }

  private Map<String, Long> totals() {
    return plan.scans().map(ScanFile::totals).orElseGet(ledger::totals);
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }

  private static void sleep() {
    try {
      Thread.sleep(VIEW_EACH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
