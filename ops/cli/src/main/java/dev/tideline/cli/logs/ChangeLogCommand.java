package dev.tideline.cli.logs;

import dev.tideline.cli.StateDirectory;
import dev.tideline.wire.v1.ChangeLogRecord;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** The hub's log. */
@Command(
    name = "changelog",
    mixinStandardHelpOptions = true,
    header = "Look at what is on disk of a hub: its change log.",
    description =
        "Nothing is changed and no lock is taken: the hub may be stopped, broken or running.",
    subcommands = {LogDump.class, LogVerify.class})
public final class ChangeLogCommand implements LogSource {

  @Override
  public Path usualData() {
    return StateDirectory.resolve("hub");
  }

  @Override
  public List<NodeLog> logs(Path data) {
    return List.of(
        new NodeLog(
            "changelog",
            data.resolve("changelog"),
            ChangeLogRecord.parser(),
            new ChangeLogRules()));
  }
}
