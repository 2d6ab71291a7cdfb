package dev.tideline.cli.drill;

import dev.tideline.cli.Failures;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** All drills. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    header = "Prove what is promised, under faults.",
    synopsisSubcommandLabel = "DRILL",
    subcommands = {
      SimCommand.class,
      BugsCommand.class,
      ChaosCommand.class,
      CrashImagesCommand.class
    })
public final class DrillCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  /** What is no drill ends here. */
  @Parameters(hidden = true, arity = "0..*")
  private List<String> unknown = List.of();

  @Override
  public Integer call() {
    var drills = String.join(", ", spec.subcommands().keySet());
    return Failures.usage(
        spec.commandLine(),
        unknown.isEmpty()
            ? "which drill? One of: " + drills
            : "there is no drill '%s'; one of: %s".formatted(unknown.getFirst(), drills));
  }
}
