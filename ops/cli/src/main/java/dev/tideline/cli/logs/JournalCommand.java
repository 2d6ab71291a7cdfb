package dev.tideline.cli.logs;

import dev.tideline.cli.StateDirectory;
import dev.tideline.wire.v1.ApplyRecord;
import dev.tideline.wire.v1.JournalRecord;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** An edge's logs. */
@Command(
    name = "journal",
    mixinStandardHelpOptions = true,
    header = "Look at what is on disk of an edge: its journal and its apply log.",
    description =
        "Nothing is changed and no lock is taken: the edge may be stopped, broken or running.",
    subcommands = {LogDump.class, LogVerify.class})
public final class JournalCommand implements LogSource {

  @Override
  public Path usualData() {
    return StateDirectory.resolve("edge-a");
  }

  @Override
  public List<NodeLog> logs(Path data) {
    return List.of(
        new NodeLog("journal", data.resolve("journal"), JournalRecord.parser(), new JournalRules()),
        new NodeLog("apply", data.resolve("apply"), ApplyRecord.parser(), new ApplyLogRules()));
  }
}
