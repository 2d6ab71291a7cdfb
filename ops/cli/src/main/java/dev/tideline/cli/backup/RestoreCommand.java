package dev.tideline.cli.backup;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.StateDirectory;
import dev.tideline.hub.backup.BackupRestore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a copy of a hub back. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    header = "Make a hub's data directory of a copy.",
    description = {
      "Every byte of the copy is checked first; nothing is overwritten. Start the hub on the new"
          + " directory afterwards: it finds out by itself that it was set back, gathers from the"
          + " edges what it lost, and says so at /v1/healing."
    },
    footer = {"", "Example: tideline restore /backup/monday --data /srv/hub"})
public final class RestoreCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIR", description = "The copy.")
  private Path directory = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The hub's data directory, not there yet or empty (default:"
              + " ~/.local/state/tideline/hub).")
  private @Nullable Path data;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    var place = data == null ? StateDirectory.resolve("hub") : data;
    var manifest = BackupRestore.run(directory, place);
    CopyLine.print(spec, json, "restored", place, manifest);
    return ExitStatus.DONE;
  }
}
