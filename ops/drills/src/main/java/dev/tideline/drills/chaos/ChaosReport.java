package dev.tideline.drills.chaos;

import dev.tideline.drills.chaos.history.Operation;
import dev.tideline.drills.chaos.history.Operation.Action;
import dev.tideline.drills.chaos.history.Operation.Outcome;
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
    var text = new StringBuilder();
    text.append("seed %d, %.0f s of faults, %d disks lost%n".formatted(seed, seconds, losses));
    text.append("faults injected: %s%n".formatted(join(new TreeMap<>(faults), " ", ", ")));
    text.append(
        "operations %,d: %,d acknowledged at the edge, %,d by the hub, %,d read, %,d refused, %,d"
                .formatted(
                    operations.size(),
                    count("edge"),
                    count("hub"),
                    count("read"),
                    count("refused"),
                    count("unknown"))
            + " without an answer%n".formatted());
    text.append("additions repeated with their key: %,d%n".formatted(repeated()));
    text.append("checked: %,d keys at every node%n".formatted(keys));
    problems.stream()
        .limit(PROBLEMS_SHOWN)
        .forEach(each -> text.append("WRONG ").append(each).append('\n'));
    if (problems.size() > PROBLEMS_SHOWN) {
      text.append("and %,d more%n".formatted(problems.size() - PROBLEMS_SHOWN));
    }
    text.append(
        problems.isEmpty() ? "PASSED\n" : "FAILED: %,d problems%n".formatted(problems.size()));
    return text.toString();
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
    var intents =
        operations.stream()
            .flatMap(
                each ->
                    each.action() instanceof Action.Add add
                        ? List.of(add).stream()
                        : List.<Action.Add>of().stream())
            .map(Action.Add::intent)
            .toList();
    return intents.size() - intents.stream().distinct().count();
  }

  private static String join(Map<?, ?> counts, String between, String after) {
    return counts.entrySet().stream()
        .map(one -> one.getKey() + between + one.getValue())
        .collect(Collectors.joining(after));
  }
}
