package dev.tideline.cli.logs;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.tideline.cli.ExitStatus;
import dev.tideline.store.LogInspection;
import dev.tideline.store.LogInspection.Damage;
import dev.tideline.store.LogInspection.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads every record and says whether all is there that must be. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    header = "Read every record and check it.",
    description = {
      "Checksums, positions without gaps, what is testified to have been durable, and what holds"
          + " between records. Prints one line for each log; exit status 0 if all are whole, 1 if"
          + " one is damaged."
    })
final class LogVerify implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private DataDirectory data = new DataDirectory();

  @Override
  public Integer call() throws IOException {
    int status = ExitStatus.DONE;
    for (var log : data.logs(spec)) {
      status = Math.max(status, verify(log, spec.commandLine().getOut()));
    }
    return status;
  }

  private static int verify(NodeLog log, PrintWriter out) throws IOException {
    var check = new Check(log);
    var report = LogInspection.read(log.path(), check);
    var damage = check.broken().or(report::damage);
    out.println(damage.map(at -> damaged(log, at)).orElseGet(() -> whole(log, report)));
    return damage.isPresent() ? ExitStatus.FAILED : ExitStatus.DONE;
  }

  private static String damaged(NodeLog log, Damage damage) {
    return "%s: DAMAGED: %s at offset %d: %s"
        .formatted(log.name(), damage.file(), damage.offset(), damage.what());
  }

  private static String whole(NodeLog log, Report report) {
    var notes = report.notes().isEmpty() ? "" : "; " + String.join("; ", report.notes());
    return "%s: whole: %d records in %d generations, positions %d to %d; %s%s"
        .formatted(
            log.name(),
            report.records(),
            report.generations(),
            report.first(),
            report.last(),
            log.rules().counted(),
            notes);
  }

  /** Reads records until one breaks a rule. */
  private static final class Check implements LogInspection.Visitor {
    private final NodeLog log;
    private @Nullable Damage broken;

    Check(NodeLog log) {
      this.log = log;
    }

    @Override
    public boolean record(LogInspection.Place place, ByteString content) {
      Optional<String> wrong;
      try {
        wrong = log.rules().accept(log.parse(content));
      } catch (InvalidProtocolBufferException e) {
        wrong = Optional.of("it is no record of this log");
      }
      wrong.ifPresent(
          what ->
              broken =
                  new Damage(
                      place.file(),
                      place.offset(),
                      "position %d: %s".formatted(place.position(), what)));
      return wrong.isEmpty();
    }

    Optional<Damage> broken() {
      return Optional.ofNullable(broken);
    }
  }
}
