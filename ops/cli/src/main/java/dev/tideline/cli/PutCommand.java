package dev.tideline.cli;

import dev.tideline.client.Bytes;
import dev.tideline.client.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a value. */
@Command(
    name = "put",
    mixinStandardHelpOptions = true,
    header = "Write a value.",
    description =
        "Prints the receipt, the acknowledgement level reached and, if known, the verdict.",
    footer = {
      "",
      "Examples: tideline put players eu/p1 '{\"hp\":90}' --content-type application/json",
      "          tideline put shipments eu/s9 --file label.pdf --content-type application/pdf",
      "          date | tideline put positions eu/clock -"
    })
final class PutCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private WriteParameters write = new WriteParameters();

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "The value; - reads it from standard input, byte for byte.")
  private @Nullable String value;

  @Option(names = "--file", paramLabel = "FILE", description = "Reads the value from a file.")
  private @Nullable Path file;

  @Option(
      names = "--content-type",
      paramLabel = "TYPE",
      description =
          "What get will say it is (default: text/plain; charset=utf-8 for a VALUE given here,"
              + " else application/octet-stream).")
  private @Nullable String contentType;

  @Override
  public Integer call() throws IOException {
    if ((value == null) == (file == null)) {
      return Failures.usage(
          spec.commandLine(), "give the value once: as VALUE, as - for standard input, or --file");
    }
    if (file != null) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        return Failures.usage(
            spec.commandLine(), "'%s' is not a file that can be read".formatted(file));
      }
      return run(Bytes.of(Files.readAllBytes(file)), "application/octet-stream");
    }
    if ("-".equals(value)) {
      return run(Bytes.of(System.in.readAllBytes()), "application/octet-stream");
    }
    return run(Bytes.utf8(String.valueOf(value)), "text/plain; charset=utf-8");
  }

  private int run(Bytes bytes, String fallbackType) {
    var type = contentType == null ? fallbackType : contentType;
    return write.run(spec.commandLine(), new Write.Action.Put(bytes, type));
  }
}
