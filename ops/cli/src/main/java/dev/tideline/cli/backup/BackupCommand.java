package dev.tideline.cli.backup;

import dev.tideline.cli.ExitStatus;
import dev.tideline.cli.Failures;
import dev.tideline.client.HubBackup;
import dev.tideline.client.Reply;
import dev.tideline.hub.backup.BackupCheck;
import dev.tideline.hub.backup.BackupDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a copy of a running hub. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    header = "Copy a running hub, or check a copy.",
    description = {
      "The hub goes on working, and streams its newest checkpoint and the log behind it; what it"
          + " had made durable when it was asked is in the copy. The copy is written on this"
          + " machine, checked to the last byte, and appears as DIR once it is whole; nothing is"
          + " overwritten. Put it back with 'tideline restore'."
    },
    footer = {
      "",
      "Examples: tideline backup --hub http://10.0.0.5:7480 /backup/monday",
      "          tideline backup --verify /backup/monday"
    })
public final class BackupCommand implements Callable<Integer> {

  private static final String DEFAULT_HUB = "http://127.0.0.1:7480";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIR", description = "The copy; not there yet, or empty.")
  private Path directory = Path.of("");

  @Option(
      names = "--hub",
      paramLabel = "ADMIN_URL",
      description = "Admin address of the hub (default: " + DEFAULT_HUB + ").")
  private String hub = DEFAULT_HUB;

  @Option(names = "--verify", description = "Ask no hub; read every byte of the copy in DIR.")
  private boolean verify;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (verify) {
      return tell("whole", directory);
    }
    BackupDirectory.requireVacant(directory);
    var command = spec.commandLine();
    try (var client = new HubBackup(hub)) {
      return switch (client.open()) {
        case Reply.Ok<InputStream>(var stream) -> received(stream);
        case Reply.Refused<InputStream>(var problem) -> Failures.refused(command, problem);
        case Reply.Unreachable<InputStream> none ->
            Failures.unreachable(command, none, "is the hub running? name it with --hub");
      };
    }
  }

  private int received(InputStream stream) throws IOException {
    try (stream) {
      var manifest = BackupDirectory.receive(stream, directory);
      CopyLine.print(spec, json, "copied", directory, manifest);
      return ExitStatus.DONE;
    }
  }

  private int tell(String what, Path checked) throws IOException {
    CopyLine.print(spec, json, what, checked, BackupCheck.run(checked));
    return ExitStatus.DONE;
  }
}
