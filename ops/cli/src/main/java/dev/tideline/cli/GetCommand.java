package dev.tideline.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tideline.client.Bytes;
import dev.tideline.client.Reply;
import dev.tideline.client.Value;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads a value. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    header = "Read a value.",
    description = {
      "Prints the bytes as they were put; on a terminal a line end follows. With --json also the "
          + "version, how old the edge's copy may be, and whether undecided writes are in it."
    },
    footer = {"", "Example: tideline get players eu/p1"})
final class GetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAMESPACE", description = "Such as players.")
  private String namespace = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "ZONE/REST, such as eu/p1.")
  private String key = "";

  @Mixin private EdgeOptions edge = new EdgeOptions();

  @Override
  public Integer call() throws IOException {
    try (var client = edge.client()) {
      switch (client.get(namespace, key)) {
        case Reply.Ok<Value>(var value) -> {
          print(value);
          return ExitStatus.DONE;
        }
        case Reply.Refused<Value>(var problem) -> {
          return Failures.refused(spec.commandLine(), problem);
        }
        case Reply.Unreachable<Value> none -> {
          return Failures.unreachable(spec.commandLine(), none, edge.advice());
        }
      }
    }
  }

  private void print(Value value) throws IOException {
    var out = spec.commandLine().getOut();
    if (edge.json()) {
      out.println(document(value));
      return;
    }
    out.flush();
    System.out.write(value.bytes().toArray());
    if (Terminal.isTerminal()) {
      System.out.println();
    }
    System.out.flush();
  }

  private ObjectNode document(Value value) {
    var document = JsonNodeFactory.instance.objectNode();
    document.put("namespace", namespace).put("key", key).put("contentType", value.contentType());
    var text = value.bytes().text();
    if (Bytes.utf8(text).equals(value.bytes())) {
      document.put("value", text);
    } else {
      document.put("valueBase64", value.bytes().toArray());
    }
    value.version().ifPresent(version -> document.put("version", version));
    putNumber(document, "asOfRevision", value.asOfRevision());
    putNumber(document, "stalenessMs", value.stalenessMs());
    value.pendingLocal().ifPresent(pending -> document.put("pendingLocal", pending));
    return document;
  }

  private static void putNumber(ObjectNode document, String field, Optional<String> text) {
    text.filter(digits -> digits.matches("-?[0-9]{1,18}"))
        .ifPresent(digits -> document.put(field, Long.parseLong(digits)));
  }
}
