package dev.tideline.drills;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tideline.drills.check.Checker;
import dev.tideline.drills.check.Findings;
import dev.tideline.drills.check.Installation;
import dev.tideline.drills.load.BusyEdge;
import dev.tideline.drills.load.GeneratedScans;
import dev.tideline.drills.load.Ledger;
import dev.tideline.drills.load.Load;
import dev.tideline.rig.Rig;
import dev.tideline.rig.RigConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** An installation of a hub and two edges, its load, and the proof in the end. */
final class Drill implements AutoCloseable {
  private static final Load.Size SIZE = new Load.Size(3, 1, false);
  private static final Duration REST_PATIENCE = Duration.ofMinutes(1);

  private final Rig rig;
  private final Ledger ledger = new Ledger();
  private final List<BusyEdge> edges = new ArrayList<>();

  Drill(Path directory) {
    this(directory, List.of());
  }

  /** With further settings for hub and edges alike. */
  Drill(Path directory, List<String> settings) {
    rig = Rig.create(RigConfig.small(directory, List.of("a", "b")).with(settings));
    rig.start();
    for (var edge : rig.edges()) {
      edges.add(new BusyEdge(edges.size(), edge.id(), edge.client(), UnaryOperator.identity()));
    }
  }

  Rig rig() {
    return rig;
  }

  List<BusyEdge> edges() {
    return List.copyOf(edges);
  }

  Ledger ledger() {
    return ledger;
  }

  Load load() {
    return Load.start(edges, new GeneratedScans(), SIZE, ledger);
  }

  /** Returns once users have been acknowledged so many more writes, at any edge. */
  static void awaitWrites(Load load, long more) {
    long target = acknowledged(load) + more;
    Awaitility.await()
        .atMost(REST_PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> acknowledged(load) >= target);
  }

  private static long acknowledged(Load load) {
    return load.edges().stream().mapToLong(edge -> edge.writes().count()).sum();
  }

  Findings check() {
    var named =
        rig.edges().stream()
            .map(edge -> new Installation.NamedEdge(edge.id(), edge.client()))
            .toList();
    var installation = new Installation(rig.hub().client(), named);
    return new Checker(installation, ledger, step -> {}).check(ledger.totals(), REST_PATIENCE);
  }

  /** Nothing lost, nothing doubled, all nodes the same, and no user complained. */
  void prove() {
    var findings = check();
    assertThat(findings.complaints()).isEmpty();
    assertThat(ledger.failures()).isEmpty();
    assertThat(findings.clean()).isTrue();
    assertThat(findings.receiptsAsked()).isPositive();
  }

  @Override
  public void close() {
    rig.close();
  }
}
