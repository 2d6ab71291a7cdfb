package dev.tideline.drills.chaos;

import dev.tideline.drills.chaos.history.Operation;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a run came to.
 *
 * @param faults how often each kind was injected
 * @param problems in words; none if all is as promised
 */
record ChaosReport(
    long seed,
    double seconds,
    Map<ChaosFault, Integer> faults,
    List<Operation> operations,
    int losses,
    int keys,
    List<String> problems) {

  private static final int PROBLEMS_SHOWN = 12;

  ChaosReport {
    problems = List.copyOf(problems);
  }

  String text() {
    var wrong =
        problems.stream()
            .limit(PROBLEMS_SHOWN)
            .map(each -> "WRONG " + each + "\n")
            .collect(Collectors.joining());
    return """
    seed %d, %.0f s of faults, %d disks lost
    faults injected: %s
    operations %,d: %,d acknowledged at the edge, %,d by the hub, %,d read, %,d refused, \
    %,d without an answer
    additions repeated with their key: %,d
    checked: %,d keys at every node
    %s%s
    """
        .formatted(
            seed,
            seconds,
            losses,
            new TreeMap<>(faults)
                .entrySet().stream()
                    .map(one -> one.getKey() + " " + one.getValue())
                    .collect(Collectors.joining(", ")),
            operations.size(),
            count("edge"),
            count("hub"),
            count("read"),
            count("refused"),
            count("unknown"),
            repeated(),
            keys,
            wrong,
            problems.isEmpty() ? "PASSED" : "FAILED: %,d problems".formatted(problems.size()));
  }

  String json() {
    return """
    {"suite":"chaos","seed":%d,"passed":%b,"seconds":%.1f,"operations":%d,\
    "acknowledged":{"edge":%d,"hub":%d},"reads":%d,"refused":%d,"unknown":%d,"repeated":%d,\
    "losses":%d,"keys":%d,"violations":%d,"faults":{%s}}
    """
        .formatted(
            seed,
            problems.isEmpty(),
            seconds,
            operations.size(),
            count("edge"),
            count("hub"),
            count("read"),
            count("refused"),
            count("unknown"),
            repeated(),
            losses,
            keys,
            problems.size(),
            faults.entrySet().stream()
                .map(one -> "\"%s\":%d".formatted(one.getKey(), one.getValue()))
                .sorted()
                .collect(Collectors.joining(",")));
  }

  private long count(String kind) {
    return operations.stream().filter(each -> kind(each.outcome()).equals(kind)).count();
  }

  private static String kind(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Acknowledged(var level, var receipt) ->
          level == Operation.Level.HUB ? "hub" : "edge";
      case Outcome.Value value -> "read";
      case Outcome.Refused refused -> "refused";
      case Outcome.Unknown unknown -> "unknown";
    };
  }

  /** Attempts beyond the first of each addition. */
  private long repeated() {
    var intents = new HashSet<String>();
    long additions = 0;
    for (var operation : operations) {
      if (operation.action() instanceof Action.Add(var delta, var intent)) {
        additions++;
        intents.add(intent);
      }
    }
    return additions - intents.size();
  }
}
