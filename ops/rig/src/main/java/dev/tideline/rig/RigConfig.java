package dev.tideline.rig;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a rig is made of.
 *
 * @param directory for data and output; made if missing
 * @param edgeIds one edge each
 * @param jvmFlags beside those of the build, for every process; {@code {node}} in them stands for
 *     {@code hub} or {@code edge-ID}
 * @param settings {@code key=value} for hub and edges alike
 * @param edgeSettings for edges alone; they win over {@code settings}
 * @param linked whether edges reach the hub over links that can be cut; these are pumped by this
 *     process, which a measurement does not want
 */
public record RigConfig(
    Path directory,
    List<String> edgeIds,
    List<String> jvmFlags,
    List<String> settings,
    List<String> edgeSettings,
    RigPorts ports,
    boolean linked) {

  public RigConfig {
    edgeIds = List.copyOf(edgeIds);
    jvmFlags = List.copyOf(jvmFlags);
    settings = List.copyOf(settings);
    edgeSettings = List.copyOf(edgeSettings);
  }

  /** Hub and edges with the same settings. */
  public RigConfig(
      Path directory,
      List<String> edgeIds,
      List<String> jvmFlags,
      List<String> settings,
      RigPorts ports) {
    this(directory, edgeIds, jvmFlags, settings, List.of(), ports, true);
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
    var all = plus(settings, further);
    return new RigConfig(directory, edgeIds, jvmFlags, all, edgeSettings, ports, linked);
  }

  /** The same with further settings for edges alone. */
  public RigConfig withEdgeSettings(List<String> further) {
    var all = plus(edgeSettings, further);
    return new RigConfig(directory, edgeIds, jvmFlags, settings, all, ports, linked);
  }

  /** The same with further flags for every JVM. */
  public RigConfig withJvmFlags(List<String> further) {
    var all = plus(jvmFlags, further);
    return new RigConfig(directory, edgeIds, all, settings, edgeSettings, ports, linked);
  }

  /** The same with edges that dial the hub itself. */
  public RigConfig withoutLinks() {
    return new RigConfig(directory, edgeIds, jvmFlags, settings, edgeSettings, ports, false);
  }

  List<String> jvmFlagsOf(String node) {
    return jvmFlags.stream().map(flag -> flag.replace("{node}", node)).toList();
  }

  private static List<String> plus(List<String> some, List<String> further) {
    return Stream.concat(some.stream(), further.stream()).toList();
  }
}
