package dev.tideline.hub;

import dev.tideline.hub.checkpoint.CheckpointRules;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.runtime.Setting;
import dev.tideline.runtime.SettingsReader;
import dev.tideline.runtime.telemetry.TelemetryConfig;
import dev.tideline.store.TableConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The hub's settings, checked.
 *
 * @param grpcPort for edges; 0 for any that is free
 * @param adminPort for operators; 0 for any that is free
 * @param catalogFile empty: the catalog in force, at the first start the distribution's
 * @param table limits of the canonical table
 * @param healDeadlineMs for how long a hub that was set back waits for absent edges
 * @param layout empty: what the installation has, at the first start 64 partitions
 */
public record HubConfig(
    Path dataDir,
    String bind,
    int grpcPort,
    int adminPort,
    Optional<Path> catalogFile,
    Optional<Layout> layout,
    long logGenerationBytes,
    long logReserveBytes,
    TableConfig table,
    int heartbeatIntervalMs,
    long inFlightBytesMax,
    long conflateBehindRecords,
    int snapshotChunkBytes,
    long clockSkewMs,
    long healDeadlineMs,
    CheckpointRules checkpoints,
    TelemetryConfig telemetry) {

  private static final Setting DATA_DIR =
      new Setting(
          "data.dir",
          System.getProperty("user.home") + "/.local/state/tideline/hub",
          "a directory",
          "holds the change log; one hub at a time");
  private static final Setting BIND =
      new Setting("bind", "127.0.0.1", "an address", "loopback, until there is a wish to be seen");
  private static final Setting GRPC_PORT =
      new Setting("grpc.port", "7400", "a TCP port, 0 for any", "edges dial it");
  static final Setting ADMIN_PORT =
      new Setting("admin.port", "7480", "a TCP port, 0 for any", "health, edges, partitions, keys");
  private static final Setting CATALOG_FILE =
      new Setting("catalog.file", "", "a YAML file", "namespaces; may only add to those in force");
  private static final Setting PARTITIONS =
      new Setting("partitions", "", "64 or 1", "for the life of the installation");
  private static final Setting LOG_GENERATION_BYTES =
      new Setting(
          "log.generation-bytes",
          "268435456",
          "bytes, a multiple of 65536",
          "one file of the log; one mapping of this size appends without hiccups");
  private static final Setting LOG_RESERVE_BYTES =
      new Setting(
          "log.reserve-bytes", "268435456", "bytes", "of the disk that the log leaves free");
  private static final Setting TABLE_ENTRIES_MAX =
      new Setting(
          "table.entries-max",
          "1000000",
          "keys",
          "of the canonical table; at the limit writes of further keys are rejected");
  private static final Setting TABLE_BYTES_MAX =
      new Setting(
          "table.bytes-max",
          Long.toString(TableConfig.DEFAULT.bytesMax()),
          "bytes, 16 MiB to 64 GiB",
          "of keys and states in the canonical table; likewise");
  private static final Setting HEARTBEAT_INTERVAL_MS =
      new Setting("heartbeat.interval-ms", "500", "ms", "told to edges; bounds their staleness");
  private static final Setting IN_FLIGHT_BYTES_MAX =
      new Setting("in-flight.bytes-max", "8388608", "bytes", "undecided, per session");
  private static final Setting CONFLATE_BEHIND_RECORDS =
      new Setting(
          "fanout.conflate-behind-records",
          "8192",
          "records",
          "that an edge may be behind; beyond, it gets only the latest of each key");
  private static final Setting SNAPSHOT_CHUNK_BYTES =
      new Setting(
          "snapshot.chunk-bytes",
          "262144",
          "bytes, 64 to 1048576",
          "of a snapshot between two places where it can be gone on with");
  private static final Setting CLOCK_SKEW_MS =
      new Setting("clock.skew-ms", "60000", "ms", "a mutation's time further ahead is clamped");

  private static final Setting HEAL_DEADLINE_MS =
      new Setting(
          "heal.deadline-ms",
          "30000",
          "ms, 0 to 3600000",
          "a hub that was set back waits so long for edges that may bring what it lost");
  private static final Setting CHECKPOINT_LOG_BYTES =
      new Setting(
          "checkpoint.log-bytes",
          "67108864",
          "bytes",
          "of the log between checkpoints: what a restart replays at most");
  private static final Setting LOG_RETAINED_BYTES =
      new Setting(
          "log.retained-bytes",
          "8589934592",
          "bytes",
          "of the log kept for edges that were away; beyond, they load a snapshot");
  private static final Setting LOG_RETAINED_MINUTES =
      new Setting(
          "log.retained-minutes",
          "1440",
          "minutes",
          "for which the log is kept, if the bytes allow");

  private static final Setting LOG_PINNED_BYTES =
      new Setting(
          "log.pinned-bytes",
          "8589934592",
          "bytes, at least 1048576",
          "of the log kept for edges that are connected and slow, or load a snapshot");

  /** A quarter of a generation must hold the largest record. */
  private static final long LOG_GENERATION_BYTES_MIN = 36L * 1024 * 1024;

  private static final long GIB = 1024L * 1024 * 1024;
  private static final long LOG_GENERATION_BYTES_STEP = 64 * 1024;
  private static final long IN_FLIGHT_BYTES_MIN = 1024 * 1024;

  /** All settings, for help and documentation. */
  public static final List<Setting> SETTINGS =
      TelemetryConfig.after(
          DATA_DIR,
          BIND,
          GRPC_PORT,
          ADMIN_PORT,
          CATALOG_FILE,
          PARTITIONS,
          LOG_GENERATION_BYTES,
          LOG_RESERVE_BYTES,
          TABLE_ENTRIES_MAX,
          TABLE_BYTES_MAX,
          HEARTBEAT_INTERVAL_MS,
          IN_FLIGHT_BYTES_MAX,
          CONFLATE_BEHIND_RECORDS,
          SNAPSHOT_CHUNK_BYTES,
          CLOCK_SKEW_MS,
          HEAL_DEADLINE_MS,
          CHECKPOINT_LOG_BYTES,
          LOG_RETAINED_BYTES,
          LOG_RETAINED_MINUTES,
          LOG_PINNED_BYTES);

  /** The same with other rules for its log. */
  public HubConfig withCheckpoints(CheckpointRules rules) {
    return new HubConfig(
        dataDir,
        bind,
        grpcPort,
        adminPort,
        catalogFile,
        layout,
        logGenerationBytes,
        logReserveBytes,
        table,
        heartbeatIntervalMs,
        inFlightBytesMax,
        conflateBehindRecords,
        snapshotChunkBytes,
        clockSkewMs,
        healDeadlineMs,
        rules,
        telemetry);
  }

  /**
   * Reads the settings given, then the environment, then the defaults.
   *
   * @throws dev.tideline.runtime.ConfigException naming every problem
   */
  public static HubConfig read(Map<String, String> given, Map<String, String> environment) {
    var reader = new SettingsReader(given, environment);
    var config =
        new HubConfig(
            reader.parsed(DATA_DIR, Path::of, Path.of(".")),
            reader.text(BIND),
            reader.port(GRPC_PORT),
            reader.port(ADMIN_PORT),
            reader.parsed(CATALOG_FILE, HubConfig::file, Optional.empty()),
            reader.parsed(PARTITIONS, HubConfig::layout, Optional.empty()),
            generationBytes(reader),
            reader.number(LOG_RESERVE_BYTES, 0, Long.MAX_VALUE),
            new TableConfig(
                reader.number(TABLE_ENTRIES_MAX, 1, TableConfig.ENTRIES_MAX_MOST),
                reader.number(TABLE_BYTES_MAX, 16L << 20, TableConfig.BYTES_MAX_MOST)),
            (int) reader.number(HEARTBEAT_INTERVAL_MS, 10, 60_000),
            reader.number(IN_FLIGHT_BYTES_MAX, IN_FLIGHT_BYTES_MIN, GIB),
            reader.number(CONFLATE_BEHIND_RECORDS, 1, Long.MAX_VALUE),
            (int) reader.number(SNAPSHOT_CHUNK_BYTES, 64, 1 << 20),
            reader.number(CLOCK_SKEW_MS, 0, 3_600_000),
            reader.number(HEAL_DEADLINE_MS, 0, 3_600_000),
            new CheckpointRules(
                reader.number(CHECKPOINT_LOG_BYTES, 1 << 20, 1L << 40),
                reader.number(LOG_RETAINED_BYTES, 0, 1L << 40),
                TimeUnit.MINUTES.toMillis(reader.number(LOG_RETAINED_MINUTES, 0, 100_000)),
                reader.number(LOG_PINNED_BYTES, 1 << 20, 1L << 40)),
            TelemetryConfig.read(reader, "tideline-hub", "hub"));
    reader.finish();
    return config;
  }

  private static long generationBytes(SettingsReader reader) {
    long bytes = reader.number(LOG_GENERATION_BYTES, LOG_GENERATION_BYTES_MIN, GIB);
    if (bytes % LOG_GENERATION_BYTES_STEP != 0) {
      reader.problem(LOG_GENERATION_BYTES, Long.toString(bytes), LOG_GENERATION_BYTES.unit());
    }
    return bytes;
  }

  private static Optional<Path> file(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  private static Optional<Layout> layout(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Layout(Integer.parseInt(text)));
    } catch (NumberFormatException e) {
      throw new InvalidInputException("not a number");
    }
  }
}
