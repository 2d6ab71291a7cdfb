package dev.tideline.rig;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a rig is made of.
 *
 * @param directory for data and output; made if missing
 * @param edgeIds one edge each
 * @param jvmFlags beside those of the build, for every process
 * @param settings {@code key=value} for hub and edges alike
 */
public record RigConfig(
    Path directory,
    List<String> edgeIds,
    List<String> jvmFlags,
    List<String> settings,
    RigPorts ports) {

  public RigConfig {
    edgeIds = List.copyOf(edgeIds);
    jvmFlags = List.copyOf(jvmFlags);
    settings = List.copyOf(settings);
  }

  /** On ports that are free. */
  public RigConfig(
      Path directory, List<String> edgeIds, List<String> jvmFlags, List<String> settings) {
    this(directory, edgeIds, jvmFlags, settings, RigPorts.FREE);
  }

  /**
   * Small heaps, small logs and the quick compiler alone: many processes on a small machine, for
   * minutes, not years. Not for figures.
   */
  public static RigConfig small(Path directory, List<String> edgeIds) {
    return new RigConfig(
        directory,
        edgeIds,
        List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        List.of("log.generation-bytes=" + (64L << 20)));
  }

  /** The same with further settings for hub and edges alike. */
  public RigConfig with(List<String> further) {
    return new RigConfig(
        directory,
        edgeIds,
        jvmFlags,
        Stream.concat(settings.stream(), further.stream()).toList(),
        ports);
  }
}
