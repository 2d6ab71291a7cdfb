package dev.tideline.rig;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a Tideline process: this JVM's executable and class path, the JVM flags of
 * the build, and its ahead-of-time cache if this JVM has it.
 */
final class JvmCommand {

  private static final String QUIETLY = "-Xlog:aot*=off";

  private JvmCommand() {}

  /** Runs {@code mainClass} with settings as {@code key=value}. */
  static List<String> of(String mainClass, List<String> jvmFlags, List<String> settings) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(BuildFlags.all());
    command.addAll(inherited());
    command.addAll(jvmFlags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass);
    command.addAll(settings);
    return command;
  }

  /** What the build rehearsed, if this JVM was started with it: the class path is the same. */
  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-XX:AOTCache=") || argument.equals(QUIETLY))
        .toList();
  }
}
