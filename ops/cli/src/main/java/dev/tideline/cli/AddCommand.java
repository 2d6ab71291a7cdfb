package dev.tideline.cli;

import dev.tideline.client.Write;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds to a counter. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    header = "Add to a counter.",
    description =
        "Prints the receipt, the acknowledgement level reached and, if known, the verdict.",
    footer = {"", "Example: tideline add inventory eire/22423 -- -6"})
final class AddCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private WriteParameters write = new WriteParameters();

  @Parameters(
      index = "2",
      paramLabel = "DELTA",
      description = "Units to add; write -- before a negative number.")
  private long delta;

  @Override
  public Integer call() {
    return write.run(spec.commandLine(), new Write.Action.Add(delta));
  }
}
