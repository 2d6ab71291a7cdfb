package dev.tideline.cli;

import dev.tideline.client.ReceiptStatus;
import dev.tideline.client.Reply;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks what became of a write. */
@Command(
    name = "receipt",
    mixinStandardHelpOptions = true,
    header = "Ask what became of a write.",
    description =
        "Prints PENDING, LOST, FORGOTTEN (after 30 days), or the verdict of the hub. Any edge"
            + " knows.",
    footer = {"", "Example: tideline receipt a.18c3f2a9b0d40001.42.17"})
final class ReceiptCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "RECEIPT", description = "As a write has printed it.")
  private String receipt = "";

  @Mixin private EdgeOptions edge = new EdgeOptions();

  @Override
  public Integer call() {
    var command = spec.commandLine();
    try (var client = edge.client()) {
      return switch (client.receipt(receipt)) {
        case Reply.Ok<ReceiptStatus>(var status) -> {
          command
              .getOut()
              .println(
                  edge.json()
                      ? status.document().strip()
                      : status.verdict().orElse(status.state().name()));
          yield status.state() == ReceiptStatus.State.LOST ? ExitStatus.FAILED : ExitStatus.DONE;
        }
        case Reply.Refused<ReceiptStatus>(var problem) -> Failures.refused(command, problem);
        case Reply.Unreachable<ReceiptStatus> none ->
            Failures.unreachable(command, none, edge.advice());
      };
    }
  }
}
