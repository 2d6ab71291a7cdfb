package dev.tideline.cli;

import dev.tideline.cli.backup.BackupCommand;
import dev.tideline.cli.backup.RestoreCommand;
import dev.tideline.cli.demo.DemoCommand;
import dev.tideline.cli.dev.CutCommand;
import dev.tideline.cli.dev.DevCommand;
import dev.tideline.cli.dev.HealCommand;
import dev.tideline.cli.drill.DrillCommand;
import dev.tideline.cli.importing.ImportCommand;
import dev.tideline.cli.logs.ChangeLogCommand;
import dev.tideline.cli.logs.JournalCommand;
import dev.tideline.runtime.Release;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The root of all commands. */
@Command(
    name = "tideline",
    version = "tideline " + Release.VERSION,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    header = "An edge/region replication gateway with a local cache.",
    description = {
      "",
      "An edge beside your servers answers reads from its own copy and takes writes at any moment,"
          + " also with the uplink down; a hub in the middle reconciles them. Try 'tideline demo'"
          + " first."
    },
    footer = {
      "",
      "Exit status: 0 done, 1 refused or failed, 2 wrong use, 3 unreachable.",
      "'tideline help COMMAND' tells more about one command."
    },
    subcommands = {
      DemoCommand.class,
      DevCommand.class,
      CutCommand.class,
      HealCommand.class,
      HubCommand.class,
      EdgeCommand.class,
      GetCommand.class,
      PutCommand.class,
      DeleteCommand.class,
      AddCommand.class,
      WatchCommand.class,
      ReceiptCommand.class,
      ImportCommand.class,
      StatusCommand.class,
      InterestCommand.class,
      JournalCommand.class,
      ChangeLogCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      BenchCommand.class,
      DrillCommand.class,
      HelpCommand.class
    })
public final class Tideline implements Runnable {

  private Tideline() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(commandLine().setOut(out).setErr(err).execute(args));
  }

  /** The command line, for main and for tests. */
  static CommandLine commandLine() {
    var commandLine = new CommandLine(new Tideline());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setUsageHelpLongOptionsMaxWidth(34);
    commandLine.setParameterExceptionHandler(Failures::wrongUse);
    commandLine.setExecutionExceptionHandler(Failures::failed);
    return commandLine;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
