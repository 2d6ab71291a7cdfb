package dev.tideline.cli;

import dev.tideline.client.Ack;
import dev.tideline.client.Reply;
import dev.tideline.client.Write;
import dev.tideline.client.WriteOptions;
import dev.tideline.client.Written;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command that writes has: namespace, key, and how the write is to be done. */
final class WriteParameters {

  @Parameters(index = "0", paramLabel = "NAMESPACE", description = "Such as inventory.")
  private String namespace = "";

  @Parameters(index = "1", paramLabel = "KEY", description = "ZONE/REST, such as eire/22423.")
  private String key = "";

  @Option(
      names = "--ack",
      paramLabel = "LEVEL",
      description =
          "Wait until the write survives a killed edge (memory), a lost one (disk), or is decided"
              + " at the hub (hub). Default: what the namespace says.")
  private @Nullable Ack ack;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "With --ack hub: how long to wait for the hub, such as 500ms (default: 5s).")
  private @Nullable Duration timeout;

  @Option(
      names = "--idempotency-key",
      paramLabel = "TEXT",
      description = "Makes it harmless to send the same write again, at any edge.")
  private @Nullable String idempotencyKey;

  @Option(
      names = "--if-match",
      paramLabel = "VERSION",
      description = "Only if this version, as get prints it with --json, still stands.")
  private @Nullable String ifMatch;

  @Option(
      names = "--if-none-match",
      paramLabel = "'*'",
      description = "With '*': only if the key has no value.")
  private @Nullable String ifNoneMatch;

  @Mixin private EdgeOptions edge = new EdgeOptions();

  /** Sends the write and tells what came of it; the exit status. */
  int run(CommandLine command, Write.Action action) {
    if (ifNoneMatch != null && !ifNoneMatch.equals("*")) {
      return Failures.usage(
          command, "--if-none-match takes only '*' (quoted), not '%s'".formatted(ifNoneMatch));
    }
    try (var client = edge.client()) {
      return switch (client.write(new Write(namespace, key, action, options()))) {
        case Reply.Ok<Written>(var written) -> tell(command, written);
        case Reply.Refused<Written>(var problem) -> Failures.refused(command, problem);
        case Reply.Unreachable<Written> none ->
            Failures.unreachable(command, none, none.sent() ? repeatAdvice() : edge.advice());
      };
    }
  }

  private WriteOptions options() {
    return new WriteOptions(
        Optional.ofNullable(ack),
        Optional.ofNullable(timeout),
        Optional.ofNullable(idempotencyKey),
        Optional.ofNullable(ifMatch),
        ifNoneMatch != null);
  }

  private String repeatAdvice() {
    return idempotencyKey == null
        ? "read the key before you write again, and use --idempotency-key to repeat safely"
        : "repeat it with the same --idempotency-key: it counts once";
  }

  private int tell(CommandLine command, Written written) {
    if (edge.json()) {
      command.getOut().println(written.document().strip());
    } else {
      command
          .getOut()
          .println(
              "%s  %s%s"
                  .formatted(
                      written.receipt(),
                      written.ack(),
                      written.verdict().map(verdict -> "  " + verdict).orElse("")));
    }
    boolean rejected =
        written.verdict().filter(v -> v.equals("REJECTED") || v.equals("QUARANTINED")).isPresent();
    return rejected ? ExitStatus.FAILED : ExitStatus.DONE;
  }
}
