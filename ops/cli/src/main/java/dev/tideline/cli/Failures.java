package dev.tideline.cli;

import dev.tideline.client.Problem;
import dev.tideline.client.Reply;
import dev.tideline.runtime.ErrorCode;
import java.util.Arrays;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What went wrong, on one line, and the exit status that belongs to it. */
public final class Failures {

  private Failures() {}

  /** Tells that a node refused. */
  public static int refused(CommandLine command, Problem problem) {
    tell(command, problem.sentence());
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.code().equals(problem.code()))
        .mapToInt(ErrorCode::exitStatus)
        .findFirst()
        .orElse(ExitStatus.FAILED);
  }

  /** Tells that no answer came, and what that means for a write. */
  public static int unreachable(CommandLine command, Reply.Unreachable<?> reply, String advice) {
    tell(
        command,
        "%s: %s%s; %s"
            .formatted(
                reply.address(),
                reply.reason(),
                reply.sent() ? ", the request may have arrived" : "",
                advice));
    return ExitStatus.UNREACHABLE;
  }

  /** Tells that nothing runs that could be asked. */
  public static int unreachable(CommandLine command, String message) {
    tell(command, message);
    return ExitStatus.UNREACHABLE;
  }

  /** Tells that it could not be done. */
  public static int failed(CommandLine command, String message) {
    tell(command, message);
    return ExitStatus.FAILED;
  }

  /** Tells that something given on the command line cannot be used. */
  public static int usage(CommandLine command, String message) {
    tell(command, message);
    return ExitStatus.USAGE;
  }

  static int wrongUse(ParameterException failure, String[] args) {
    var command = failure.getCommandLine();
    var name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + firstLine(failure));
    if (!UnmatchedArgumentException.printSuggestions(failure, command.getErr())) {
      command.getErr().println("Try '%s --help'.".formatted(name));
    }
    return ExitStatus.USAGE;
  }

  static int failed(Exception failure, CommandLine command, ParseResult parsed) {
    if (failure instanceof IllegalArgumentException) {
      return usage(command, firstLine(failure));
    }
    tell(command, firstLine(failure));
    LoggerFactory.getLogger(Failures.class).debug("command failed", failure);
    return ExitStatus.FAILED;
  }

  private static void tell(CommandLine command, String message) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
  }

  private static String firstLine(Exception failure) {
    var message = failure.getMessage();
    return message == null ? failure.toString() : message.lines().findFirst().orElse("");
  }
}
