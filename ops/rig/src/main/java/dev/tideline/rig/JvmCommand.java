package dev.tideline.rig;

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
    command.addAll(BuildFlags.all());
    command.addAll(jvmFlags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(settings);
    return command;
  }
}
