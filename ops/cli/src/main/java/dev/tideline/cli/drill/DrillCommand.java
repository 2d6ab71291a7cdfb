package dev.tideline.cli.drill;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All drills. */
@Command(
    name = "drill",
    mixinStandardHelpOptions = true,
    header = "Prove what is promised, under faults.",
    synopsisSubcommandLabel = "DRILL",
    subcommands = {SimCommand.class, BugsCommand.class, ChaosCommand.class})
public final class DrillCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "which drill? One of: " + String.join(", ", spec.subcommands().keySet()));
  }
}
