package dev.tideline.cli.logs;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.cli.ExitStatus;
import dev.tideline.store.LogInspection;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints records, a line of JSON each. */
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    header = "Print records, a line of JSON each.",
    description = "Where a log is damaged the dump ends, says so, and the exit status is 1.",
    footer = {"", "Example: tideline changelog dump --from 100 --limit 10 | jq .record"})
final class LogDump implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirectory data = new DataDirectory();

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      description = "The first record (default: the oldest there is).")
  private long from = 1;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "So many records of each log at most (default: all).")
  private long limit = Long.MAX_VALUE;

  @Override
  public Integer call() throws IOException {
    var command = spec.commandLine();
    int status = ExitStatus.DONE;
    for (var log : data.logs(spec)) {
      var report = LogInspection.read(log.path(), new Print(log, command.getOut(), from, limit));
      if (report.damage().isPresent()) {
        var damage = report.damage().get();
        command
            .getErr()
            .println(
                "%s: %s at offset %d: %s"
                    .formatted(log.name(), damage.file(), damage.offset(), damage.what()));
        status = ExitStatus.FAILED;
      }
    }
    return status;
  }

  /** Prints what is asked for. */
  private static final class Print implements LogInspection.Visitor {
    private final NodeLog log;
    private final PrintWriter out;
    private final long from;
    private long left;

    Print(NodeLog log, PrintWriter out, long from, long limit) {
      this.log = log;
      this.out = out;
      this.from = from;
      left = limit;
    }

    @Override
    public boolean record(LogInspection.Place place, ByteString content) {
      if (left > 0 && place.position() >= from) {
        out.println(line(place, content));
        left--;
      }
      return left > 0;
    }

    private String line(LogInspection.Place place, ByteString content) {
      try {
        return RecordJson.line(log.name(), place.position(), log.parse(content));
      } catch (InvalidProtocolBufferException e) {
        return RecordJson.unreadable(log.name(), place.position(), content);
      }
    }
  }
}
