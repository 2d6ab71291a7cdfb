package dev.tideline.cli;

import dev.tideline.client.Write;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Deletes a value. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    header = "Delete a value.",
    description =
        "Prints the receipt, the acknowledgement level reached and, if known, the verdict.",
    footer = {"", "Example: tideline delete players eu/p1"})
final class DeleteCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private WriteParameters write = new WriteParameters();

  @Override
  public Integer call() {
    return write.run(spec.commandLine(), new Write.Action.Delete());
  }
}
