package dev.tideline.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a Tideline process: this JVM's executable and class path, and the JVM flags
 * of the build.
 */
final class JvmCommand {

  private JvmCommand() {}

  /** Runs {@code mainClass} with settings as {@code key=value}. */
  static List<String> of(String mainClass, List<String> jvmFlags, List<String> settings) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(buildFlags());
    command.addAll(jvmFlags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(settings);
    return command;
  }

  private static List<String> buildFlags() {
    try (var in = JvmCommand.class.getResourceAsStream("jvm.flags")) {
      if (in == null) {
        throw new IllegalStateException("the file jvm.flags is missing beside the rig's classes");
      }
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().flatMap(line -> List.of(line.strip().split(" +")).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
