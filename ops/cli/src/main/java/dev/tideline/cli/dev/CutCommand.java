package dev.tideline.cli.dev;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Take an edge's link to the hub away. */
@Command(
    name = "cut",
    mixinStandardHelpOptions = true,
    header = "Take an edge's link to the hub away.",
    description = {
      "Of the installation that 'tideline dev' runs. Connections break and cannot be made again"
          + " until it is healed. The edge goes on serving and accepting."
    },
    footer = {"", "Example: tideline cut a"})
public final class CutCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "EDGE", description = "Its id: a or b.")
  private String edge = "";

  @Override
  public Integer call() throws Exception {
    return DevOrder.give(
        spec.commandLine(), "cut", edge, "edge %s is cut off; heal it with: tideline heal %<s");
  }
}
