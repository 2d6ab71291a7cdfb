package dev.tideline.cli.importing;

import dev.tideline.cli.EdgeOptions;
import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import dev.tideline.cli.StateDirectory;
import dev.tideline.cli.Terminal;
import dev.tideline.client.EdgeClient;
import dev.tideline.client.NodeStatus;
import dev.tideline.client.Reply;
import dev.tideline.client.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Imports a file of writes. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    header = "Write what a file says, line by line, each line exactly once.",
    description = {
      "Each line is one JSON object with namespace, key, op (put, delete or add), value or delta,"
          + " and, if it has one, contentType and idempotencyKey. Lines of one key keep their"
          + " order.",
      "",
      "Refused lines are reported and left out (exit status 1). If the edge cannot be reached, call"
          + " again: it goes on exactly where it was. A file that was edited is another file: lines"
          + " without an idempotencyKey of their own then count again."
    },
    footer = {
      "",
      "Line: {\"namespace\":\"inventory\",\"key\":\"eire/22423\",\"op\":\"add\",\"delta\":-6}"
    })
public final class ImportCommand implements Callable<Integer> {
  private static final Duration SAVE_EACH = Duration.ofMillis(500);
  private static final int BAR_WIDTH = 30;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "FILE.ndjson", description = "One write a line, UTF-8.")
  private Path path = Path.of("");

  @Mixin private EdgeOptions edge = new EdgeOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var command = spec.commandLine();
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      return Failures.usage(command, "'%s' is not a file that can be read".formatted(path));
    }
    try (var client = edge.client()) {
      return switch (client.node()) {
        case Reply.Ok<NodeStatus>(var node) -> run(client, node);
        case Reply.Refused<NodeStatus>(var problem) -> Failures.refused(command, problem);
        case Reply.Unreachable<NodeStatus> none ->
            Failures.unreachable(command, none, edge.advice());
      };
    }
  }

  private int run(EdgeClient client, NodeStatus node) throws IOException, InterruptedException {
    var file = ImportFile.of(path);
    var progress = ImportProgress.open(progressFile(file, node));
    long before = progress.done();
    if (before > 0 && before < file.lines()) {
      tell("going on after line %,d".formatted(before));
    }
    var run = new ImportRun(file, progress, client, this::tellRefused);
    var showing = Thread.ofVirtual().start(() -> show(file, progress));
    Optional<Reply<Written>> stopped;
    try {
      stopped = run.run();
    } finally {
      showing.interrupt();
      showing.join();
      progress.save();
    }
    clearBar();
    return stopped.isPresent()
        ? tellStopped(stopped.get(), progress)
        : tellDone(file, progress, before);
  }

  private static Path progressFile(ImportFile file, NodeStatus node) {
    var hub = node.hubAddress().replaceAll("[^A-Za-z0-9.-]", "_");
    return StateDirectory.resolve("import")
        .resolve("%s-%s-%s.json".formatted(file.hash(), node.edge(), hub));
  }

  private void show(ImportFile file, ImportProgress progress) {
    try {
      while (true) {
        Thread.sleep(SAVE_EACH);
        progress.save();
        showBar(progress.done(), file.lines());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      tell("progress cannot be kept: " + e.getMessage());
    }
  }

  private void showBar(long done, long lines) {
    if (Terminal.isTerminal() && !edge.json()) {
      int filled = (int) (BAR_WIDTH * done / Math.max(1, lines));
      var out = spec.commandLine().getOut();
      out.printf(
          "\r  %s%s %,d of %,d lines ",
          "█".repeat(filled), "░".repeat(BAR_WIDTH - filled), done, lines);
      out.flush();
    }
  }

  private void clearBar() {
    if (Terminal.isTerminal() && !edge.json()) {
      spec.commandLine().getOut().print("\r\u001b[K");
    }
  }

  private void tellRefused(long number, String reason) {
    clearBar();
    spec.commandLine().getErr().println("%s:%d: %s".formatted(path, number, reason));
  }

  private int tellStopped(Reply<Written> stopped, ImportProgress progress) {
    var advice = "call again to go on after line %,d".formatted(progress.done());
    return switch (stopped) {
      case Reply.Unreachable<Written> none ->
          Failures.unreachable(spec.commandLine(), none, advice);
      case Reply.Refused<Written>(var problem) -> {
        int status = Failures.refused(spec.commandLine(), problem);
        spec.commandLine().getErr().println(advice);
        yield status;
      }
      case Reply.Ok<Written> ok -> throw new IllegalStateException("stopped by success");
    };
  }

  private int tellDone(ImportFile file, ImportProgress progress, long before) {
    long refused = progress.refused();
    if (edge.json()) {
      spec.commandLine()
          .getOut()
          .println(
              "{\"lines\":%d,\"sent\":%d,\"refused\":%d}"
                  .formatted(file.lines(), file.lines() - before, refused));
    } else if (before == file.lines()) {
      tell("all %,d lines are in already, %,d were refused".formatted(before, refused));
    } else {
      tell("%,d lines are in, %,d were refused".formatted(file.lines() - refused, refused));
    }
    return refused == 0 ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  private void tell(String line) {
    if (!edge.json()) {
      spec.commandLine().getOut().println(line);
    }
  }
}
