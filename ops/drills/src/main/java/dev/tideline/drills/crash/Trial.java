package dev.tideline.drills.crash;

import dev.tideline.client.Ack;
import dev.tideline.client.HubClient;
import dev.tideline.drills.chaos.client.ChaosClients;
import dev.tideline.drills.chaos.client.LastWords;
import dev.tideline.drills.chaos.client.RecordedEdge;
import dev.tideline.drills.chaos.history.FinalState;
import dev.tideline.drills.chaos.history.History;
import dev.tideline.drills.chaos.history.HistoryChecker;
import dev.tideline.drills.chaos.history.Loss;
import dev.tideline.drills.chaos.history.Operation;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import dev.tideline.drills.check.Installation;
import dev.tideline.drills.check.Quiescence;
import dev.tideline.store.LogEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Opens the images of one crash with real nodes: each alone, then together; writes, stops, and
 * opens what was written once more.
 */
final class Trial {
  private static final Duration REST_PATIENCE = Duration.ofSeconds(30);
  private static final int WRITES_AFTERWARDS = 5;

  private final Path images;
  private final String bootId;
  private final History history;
  private final List<String> problems = new ArrayList<>();

  private Trial(Path images, String bootId, History history) {
    this.images = images;
    this.bootId = bootId;
    this.history = history;
  }

  /**
   * Runs it.
   *
   * @param history what clients did until the crash, to be gone on with
   * @param reopened where a copy of the images may be made
   * @return what is not as promised
   */
  static List<String> run(Path images, Path reopened, Crash crash, String bootId, History history)
      throws IOException {
    var trial = new Trial(images, bootId, history);
    for (var edge : Site.EDGES) {
      history.add(new Loss(edge, Loss.Kind.MACHINE, 0, crash.untilNs(), "power"));
    }
    var state = trial.open();
    trial.reopen(reopened, state);
    return trial.problems;
  }

  private FinalState open() throws IOException {
    try (var site = new Site(images, disks(bootId), false)) {
      var installation = site.installation();
      checkHubAlone(installation.hub());
      readEdgesAlone(installation);
      site.connect();
      write(installation);
      rest(installation);
      var operations = history.operations();
      var state = LastWords.of(installation, operations);
      HistoryChecker.check(operations, history.losses(), state)
          .forEach(violation -> problems.add(violation.toString()));
      if (problems.isEmpty()) {
        DiskImage.ofKilledProcess(images, images.resolveSibling("killed"));
      }
      return state;
    }
  }

  /** Everything that the hub has acknowledged must be there before any edge tells it again. */
  private void checkHubAlone(HubClient hub) {
    var values = new TreeMap<String, Map<String, String>>();
    for (var namespace : List.of(RecordedEdge.COUNTERS, RecordedEdge.REGISTERS)) {
      for (var key : ChaosClients.KEYS) {
        values.put(
            namespace + "/" + key, Map.of(FinalState.HUB, LastWords.text(hub.get(namespace, key))));
      }
    }
    var operations = Crash.asTheHubKnows(history.operations());
    var decided = new HashMap<String, String>();
    for (var operation : operations) {
      if (operation.outcome() instanceof Outcome.Acknowledged(var level, var receipt)) {
        decided.put(receipt, "DECIDED APPLIED");
      }
    }
    HistoryChecker.check(operations, List.of(), new FinalState(values, decided))
        .forEach(violation -> problems.add("the hub alone: " + violation));
  }

  /** Everything that an edge has on disk must be shown before the hub tells it again. */
  private void readEdgesAlone(Installation installation) {
    for (var edge : installation.edges()) {
      var recorded = new RecordedEdge("after the crash", edge.id(), edge.client(), history);
      for (var namespace : List.of(RecordedEdge.COUNTERS, RecordedEdge.REGISTERS)) {
        for (var key : ChaosClients.KEYS) {
          var shown = recorded.read(namespace, key);
          if (!(shown instanceof Outcome.Value)) {
            problems.add("edge %s, %s/%s: %s".formatted(edge.id(), namespace, key, shown));
          }
        }
      }
    }
  }

  private void write(Installation installation) {
    var hub = Optional.of(Ack.HUB);
    for (var edge : installation.edges()) {
      var recorded = new RecordedEdge("after " + edge.id(), edge.id(), edge.client(), history);
      for (int i = 0; i < WRITES_AFTERWARDS; i++) {
        var key = ChaosClients.KEYS.get(i % ChaosClients.KEYS.size());
        var intent = "after-%s-%d".formatted(edge.id(), i);
        expectWritten(recorded.add(key, new Action.Add(1, intent), hub));
        expectWritten(recorded.put(key, 0, hub));
      }
    }
  }

  private void expectWritten(Outcome outcome) {
    if (!(outcome instanceof Outcome.Acknowledged)) {
      problems.add("a write after the crash came to nothing: " + outcome);
    }
  }

  /** What was written after the crash is read back, by a start that follows a kill. */
  private void reopen(Path killed, FinalState before) {
    if (!problems.isEmpty()) {
      return;
    }
    try (var site = new Site(killed, disks(bootId), true)) {
      rest(site.installation());
      var after = LastWords.of(site.installation(), readsOnly(before));
      if (!after.values().equals(before.values())) {
        problems.add(
            "read back is %s, written was %s"
                .formatted(new TreeMap<>(after.values()), new TreeMap<>(before.values())));
      }
    }
  }

  private static List<Operation> readsOnly(FinalState state) {
    return state.values().keySet().stream()
        .map(key -> new Operation(1, "", "", key, new Action.Read(), new Outcome.Value(""), 0, 0))
        .toList();
  }

  private void rest(Installation installation) {
    Quiescence.await(installation, REST_PATIENCE)
        .forEach(line -> problems.add("not at rest: " + line));
  }

  /** Nothing is recorded any more: these disks are read as they are. */
  private static Function<String, LogEnvironment> disks(String bootId) {
    return name ->
        new LogEnvironment() {
          @Override
          public String bootId() {
            return bootId;
          }
        };
  }
}
