package dev.tideline.cli;

import com.google.protobuf.ByteString;
import dev.tideline.client.WatchClient;
import dev.tideline.client.WatchClient.End;
import dev.tideline.wire.v1.WatchAnswer;
import dev.tideline.wire.v1.WatchRequest;
import java.io.PrintWriter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Follows keys. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    header = "Follow a key, or all keys of a zone that begin with a text.",
    description = {
      "First the state, then MARK, then each event on a line of its own: LOCAL (a write of this"
          + " edge that the hub has not decided), COMMITTED, ROLLED_BACK; what one write did to"
          + " several keys is one line. After a broken connection it goes on where it was."
          + " START_OVER takes back everything told before. Ctrl-C ends it.",
      "With --json each line is a document; 'resume' of the last one goes on there (--resume)."
    },
    footer = {"", "Example: tideline watch players,inventory eu/ --prefix"})
final class WatchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAMESPACE[,…]", description = "Such as players,inventory.")
  private String namespaces = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "ZONE/REST, such as eu/p1.")
  private String key = "";

  @Option(
      names = "--prefix",
      description = "All keys that begin with KEY, which names its zone and '/', such as eu/.")
  private boolean prefix;

  @Option(names = "--resume", paramLabel = "TOKEN", description = "Go on behind it.")
  private String resume = "";

  @Mixin private EdgeOptions edge = new EdgeOptions();

  @Override
  public Integer call() {
    var command = spec.commandLine();
    var request = request();
    try (var client = edge.client()) {
      return switch (new WatchClient(client).follow(request, new Printer())) {
        case End.Stopped stopped -> ExitStatus.DONE;
        case End.Refused(var problem) -> Failures.refused(command, problem);
        case End.Unreachable(var none) -> Failures.unreachable(command, none, edge.advice());
      };
    }
  }

  /** What is wrong with it is an {@link IllegalArgumentException}: wrong use. */
  private WatchRequest request() {
    var names = List.of(namespaces.split(",", -1));
    if (names.contains("")) {
      throw new IllegalArgumentException("'%s' has an empty namespace".formatted(namespaces));
    }
    if (prefix && key.indexOf('/') < 0) {
      throw new IllegalArgumentException(
          "'%s' is of no one zone: --prefix takes a zone and '/', such as %s/".formatted(key, key));
    }
    var request = WatchRequest.newBuilder().addAllNamespaces(names);
    try {
      request.setResume(ByteString.copyFrom(Base64.getUrlDecoder().decode(resume)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--resume is not what a line of --json carried", e);
    }
    return (prefix ? request.setPrefix(key) : request.setKey(key)).build();
  }

  /** One line an answer, at once. */
  private final class Printer implements WatchClient.Listener {
    private final PrintWriter out = spec.commandLine().getOut();
    private boolean lost;

    @Override
    public boolean hear(WatchAnswer answer) {
      lost = false;
      for (var line : edge.json() ? List.of(WatchLines.json(answer)) : WatchLines.text(answer)) {
        out.println(line);
      }
      // Whoever reads the output may have gone.
      return !out.checkError();
    }

    /** Once, however often it is tried. */
    @Override
    public void lost(String why) {
      if (!lost) {
        Failures.failed(spec.commandLine(), why + "; it goes on as soon as it can");
      }
      lost = true;
    }
  }
}
