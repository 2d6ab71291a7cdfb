package dev.tideline.drills.sim;

import dev.tideline.drills.sim.Simulation.Result;
import dev.tideline.drills.sim.world.Sight;
import dev.tideline.model.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What many runs came to. */
final class SimReport {

  private static final int CONFLICTS_PERCENT_MIN = 30;

  /** With fewer seeds a rare verdict may be missing by chance. */
  private static final int SEEDS_JUDGED_MIN = 200;

  private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
  private final Map<Sight, Long> sights = new EnumMap<>(Sight.class);
  private final Map<Verdict, Integer> runsWith = new EnumMap<>(Verdict.class);
  private long events;
  private long decisions;
  private long conflicts;
  private int seeds;
  private int failures;
  private Optional<Result> firstFailure = Optional.empty();

  void add(Result result) {
    seeds++;
    events += result.events();
    decisions += result.decisions();
    conflicts += result.conflicts();
    result.sights().forEach((sight, count) -> sights.merge(sight, (long) count, Long::sum));
    result.faults().forEach((kind, count) -> faults.merge(kind, (long) count, Long::sum));
    result.verdicts().keySet().forEach(verdict -> runsWith.merge(verdict, 1, Integer::sum));
    if (result.violation().isPresent()) {
      failures++;
      firstFailure = firstFailure.or(() -> Optional.of(result));
    }
  }

  Optional<Result> firstFailure() {
    return firstFailure;
  }

  int failures() {
    return failures;
  }

  /** Why the runs prove less than they should; empty if they do not. */
  List<String> voids(SimOptions options) {
    var reasons = new ArrayList<String>();
    if (seeds < SEEDS_JUDGED_MIN || options.steps() < SimOptions.STEPS) {
      return reasons;
    }
    if (conflicts * 100 < decisions * CONFLICTS_PERCENT_MIN) {
      reasons.add(
          "%d %% of mutations conflict, at least %d %% should"
              .formatted(conflicts * 100 / Math.max(1, decisions), CONFLICTS_PERCENT_MIN));
    }
    for (var verdict : Verdict.values()) {
      boolean asked =
          verdict != Verdict.QUARANTINED || options.faults().contains(FaultKind.CALENDAR);
      if (asked && runsWith.getOrDefault(verdict, 0) * 100 < seeds) {
        reasons.add("%s appears in less than 1 %% of the runs".formatted(verdict));
      }
    }
    for (var kind : options.faults()) {
      if (!faults.containsKey(kind)) {
        reasons.add("%s was never injected".formatted(kind));
      }
    }
    if (options.faults().containsAll(EnumSet.allOf(FaultKind.class))) {
      for (var sight : Sight.values()) {
        if (seeds >= sight.runs() && !sights.containsKey(sight)) {
          reasons.add("%s never came up".formatted(sight));
        }
      }
    }
    return reasons;
  }

  String text(double seconds) {
    return """
    seeds %,d, events %,d, mutations decided %,d, of which conflicting %d %%
    runs with each verdict: %s
    faults injected: %s
    also seen: %s
    %,.0f seeds a minute
    """
        .formatted(
            seeds,
            events,
            decisions,
            conflicts * 100 / Math.max(1, decisions),
            join(runsWith),
            join(faults),
            join(sights),
            seeds * 60 / seconds);
  }

  private static String join(Map<?, ?> counts) {
    return counts.entrySet().stream()
        .map(one -> one.getKey() + " " + one.getValue())
        .collect(Collectors.joining(", "));
  }

  String json(double seconds, List<String> voids) {
    return """
    {"suite":"sim","seeds":%d,"events":%d,"decisions":%d,"conflicts":%d,"failures":%d,\
    "void":%b,"seconds":%.1f,"verdicts":%s,"faults":%s,"seen":%s}
    """
        .formatted(
            seeds,
            events,
            decisions,
            conflicts,
            failures,
            !voids.isEmpty(),
            seconds,
            jsonObject(runsWith),
            jsonObject(faults),
            jsonObject(sights));
  }

  private static String jsonObject(Map<?, ?> counts) {
    return counts.entrySet().stream()
        .map(one -> "\"%s\":%s".formatted(one.getKey(), one.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }
}
