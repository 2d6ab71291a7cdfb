package dev.tideline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tideline.client.EdgeClient;
import dev.tideline.client.Reply;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows and changes what an edge wants to hold. */
@Command(
    name = "interest",
    mixinStandardHelpOptions = true,
    header = "Show or change what an edge holds.",
    description = {
      "Without an action, all of it, one a line, READY or LOADING. An INTEREST is *,"
          + " namespace=NAME, zone=ZONE, prefix=NAMESPACE/TEXT or key=NAMESPACE/KEY. To narrow from"
          + " *, add what is to stay, wait until it is READY, then remove '*'."
    },
    footer = {"", "Example: tideline interest add zone=eu key=players/us/ann"})
final class InterestCommand implements Callable<Integer> {

  /** What to do. */
  enum Action {
    LIST,
    ADD,
    REMOVE
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      arity = "0..1",
      defaultValue = "LIST",
      description = "list, add or remove (default: list).")
  private Action action = Action.LIST;

  @Parameters(index = "1..*", paramLabel = "INTEREST", description = "What to add or remove.")
  private List<String> interests = List.of();

  @Mixin private EdgeOptions edge = new EdgeOptions();

  @Override
  public Integer call() {
    var command = spec.commandLine();
    if (interests.isEmpty() != (action == Action.LIST)) {
      return Failures.usage(
          command, "list takes no INTEREST, add and remove at least one, such as zone=eu");
    }
    try (var client = edge.client()) {
      return switch (ask(client)) {
        case Reply.Ok<JsonNode>(var list) -> {
          print(list);
          yield ExitStatus.DONE;
        }
        case Reply.Refused<JsonNode>(var problem) -> Failures.refused(command, problem);
        case Reply.Unreachable<JsonNode> none -> Failures.unreachable(command, none, edge.advice());
      };
    }
  }

  private Reply<JsonNode> ask(EdgeClient client) {
    return switch (action) {
      case LIST -> client.interests();
      case ADD -> client.addInterests(interests);
      case REMOVE -> client.removeInterests(interests);
    };
  }

  private void print(JsonNode list) {
    var out = spec.commandLine().getOut();
    if (edge.json()) {
      out.println(list);
      return;
    }
    for (var each : list.path("interests")) {
      out.printf(
          "%-8s %s%n", each.path("state").asText(), Terminal.plain(each.path("interest").asText()));
    }
  }
}
