package dev.tideline.cli.drill;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import dev.tideline.drills.chaos.ChaosDrill;
import dev.tideline.drills.chaos.ChaosFault;
import dev.tideline.drills.chaos.ChaosOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Breaks real processes. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    header = "Break real processes and links under load, and check all that was promised.",
    description = {
      "Starts a hub and three edges as processes on this machine, and clients that record every"
          + " request. One fault after the other, chosen by the seed, is injected, printed and"
          + " counted, links beside processes. Then everything is healed, every key is read from"
          + " every node and every receipt asked after, and the record is checked: nothing lost,"
          + " nothing counted twice, nothing undone, nothing that nobody wrote."
    },
    footer = {
      "",
      "Exit status 1: something did not hold, or could not be injected; data are then kept.",
      "Example: tideline drill chaos --minutes 10"
    })
final class ChaosCommand implements Callable<Integer> {

  private static final int MINUTES_MOST = 24 * 60;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Of faults, 0 to 1440 (2); each kind has its turn in any case.")
  private int minutes = 2;

  @Option(names = "--seed", paramLabel = "S", description = "Chooses the faults (a random one).")
  private @Nullable Long seed;

  @Option(
      names = "--without",
      paramLabel = "FAULT",
      split = ",",
      description = "Faults that are left out, of: ${COMPLETION-CANDIDATES}.")
  private List<ChaosFault> without = List.of();

  @Option(names = "--only", paramLabel = "FAULT", split = ",", description = "Just these faults.")
  private List<ChaosFault> only = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the result there, too.")
  private @Nullable Path json;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description = "Keeps the record there, a JSON line an operation.")
  private @Nullable Path history;

  @Override
  public Integer call() throws IOException {
    var problem = problem();
    if (problem.isPresent()) {
      return Failures.usage(spec.commandLine(), problem.get());
    }
    SimCommand.quietUnlessAskedFor();
    var options =
        new ChaosOptions(
            seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
            Duration.ofMinutes(minutes),
            faults(),
            Optional.ofNullable(json),
            Optional.ofNullable(history));
    return ChaosDrill.run(options, spec.commandLine().getOut())
        ? ExitStatus.DONE
        : ExitStatus.FAILED;
  }

  private Optional<String> problem() {
    if (minutes < 0 || minutes > MINUTES_MOST) {
      return Optional.of("--minutes %d: 0 to %,d".formatted(minutes, MINUTES_MOST));
    }
    if (faults().isEmpty()) {
      return Optional.of("no fault is left to inject: a drill needs one at least");
    }
    return DrillFiles.problem("--json", json)
        .or(() -> DrillFiles.problem("--history", history))
        .or(DrillFiles::noTemporaryDirectory);
  }

  private Set<ChaosFault> faults() {
    var faults = only.isEmpty() ? ChaosFault.usual() : EnumSet.copyOf(only);
    without.forEach(faults::remove);
    return faults;
  }
}
