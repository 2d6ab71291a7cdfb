package dev.tideline.drills.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the images came to. */
final class CrashReport {
  private static final int PROBLEMS_SHOWN = 12;

  private final long seed;
  private final Map<Damage, Long> damage = new EnumMap<>(Damage.class);
  private final List<String> problems = new ArrayList<>();
  private int images;
  private int damagedImages;
  private long checked;

  CrashReport(long seed) {
    this.seed = seed;
  }

  int images() {
    return images;
  }

  /** Whether some kind of damage was not done yet. */
  boolean lacksDamage() {
    return damage.size() < Damage.values().length;
  }

  boolean passed() {
    return problems.isEmpty();
  }

  void image(Map<Damage, Integer> done) {
    images++;
    damagedImages += done.isEmpty() ? 0 : 1;
    done.forEach((kind, count) -> damage.merge(kind, (long) count, Long::sum));
  }

  /** Adds what was checked of one crash. */
  void checked(long records, List<String> wrong) {
    checked += records;
    problems.addAll(wrong);
  }

  /** A kind of damage that was never done proves nothing. */
  void end() {
    for (var kind : Damage.values()) {
      if (!damage.containsKey(kind)) {
        problems.add("%s was never done".formatted(kind));
      }
    }
  }

  String text(double seconds) {
    var wrong =
        problems.stream()
            .limit(PROBLEMS_SHOWN)
            .map(each -> "WRONG " + each + "\n")
            .collect(Collectors.joining());
    return """
    seed %d: %,d images of disks in %.0f s, %,d of them damaged
    damage done: %s
    acknowledged writes checked on them: %,d
    %s%s
    """
        .formatted(
            seed,
            images,
            seconds,
            damagedImages,
            damage.entrySet().stream()
                .map(one -> "%s %,d".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining(", ")),
            checked,
            wrong,
            passed() ? "PASSED" : "FAILED: %,d problems".formatted(problems.size()));
  }

  String json(double seconds) {
    return """
    {"suite":"crash-images","seed":%d,"passed":%b,"images":%d,"damaged":%d,"seconds":%.1f,\
    "checked":%d,"violations":%d,"damage":{%s}}
    """
        .formatted(
            seed,
            passed(),
            images,
            damagedImages,
            seconds,
            checked,
            problems.size(),
            damage.entrySet().stream()
                .map(one -> "\"%s\":%d".formatted(one.getKey(), one.getValue()))
                .collect(Collectors.joining(",")));
  }
}
