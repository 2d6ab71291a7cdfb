package dev.tideline.cli.drill;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import dev.tideline.drills.crash.CrashDrill;
import dev.tideline.drills.crash.CrashOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Loses machines. */
@Command(
    name = "crash-images",
    mixinStandardHelpOptions = true,
    header = "Open disks as lost machines leave them, and check all that was promised.",
    description = {
      "A hub and two edges write real files under load; all that they force is recorded. At random"
          + " moments images of their disks are made: of what was not forced, pages are missing or"
          + " old, sectors torn, names missing or back. A real hub and real edges open them:"
          + " everything acknowledged as disk must be at its edge, as hub at the hub, and nothing"
          + " that nobody wrote; then they go on writing, and are read back."
    },
    footer = {
      "",
      "Exit status 1: something did not hold, or a kind of damage was never done.",
      "Example: tideline drill crash-images --images 500"
    })
final class CrashImagesCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "How many disks at least; three go down at a time (500).")
  private int images = 500;

  @Option(names = "--seed", paramLabel = "S", description = "Chooses the damage (a random one).")
  private @Nullable Long seed;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the result there, too.")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var unwritable = DrillFiles.problem("--json", json).or(DrillFiles::noTemporaryDirectory);
    if (unwritable.isPresent()) {
      return Failures.usage(spec.commandLine(), unwritable.get());
    }
    var options =
        new CrashOptions(
            seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed,
            images,
            Optional.ofNullable(json));
    SimCommand.quietUnlessAskedFor();
    return CrashDrill.run(options, spec.commandLine().getOut())
        ? ExitStatus.DONE
        : ExitStatus.FAILED;
  }
}
