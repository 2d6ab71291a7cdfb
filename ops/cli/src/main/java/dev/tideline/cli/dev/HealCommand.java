package dev.tideline.cli.dev;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Give an edge its link to the hub back. */
@Command(
    name = "heal",
    mixinStandardHelpOptions = true,
    header = "Give an edge its link to the hub back.",
    description = {
      "Of the installation that 'tideline dev' runs. What was written meanwhile is delivered, and"
          + " what the others wrote is received."
    },
    footer = {"", "Example: tideline heal a"})
public final class HealCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "EDGE", description = "Its id: a or b.")
  private String edge = "";

  @Override
  public Integer call() throws Exception {
    return DevOrder.give(spec.commandLine(), "heal", edge, "edge %s has its link back");
  }
}
