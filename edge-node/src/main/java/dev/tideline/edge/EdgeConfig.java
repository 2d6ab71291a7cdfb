package dev.tideline.edge;

import dev.tideline.edge.replica.CheckpointRules;
import dev.tideline.edge.replica.ReplicaLimits;
import dev.tideline.edge.uplink.UplinkConfig;
import dev.tideline.model.EdgeId;
import dev.tideline.model.Interest;
import dev.tideline.model.Interests;
import dev.tideline.runtime.Setting;
import dev.tideline.runtime.SettingsReader;
import dev.tideline.runtime.telemetry.TelemetryConfig;
import dev.tideline.store.RecordLogConfig;
import dev.tideline.store.TableConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The configuration of an edge; {@link #read} reports all problems at once.
 *
 * @param data directory that belongs to this edge alone
 * @param bind address that clients reach
 * @param grpcPort 0 for any free one
 * @param httpPort 0 for any free one
 * @param generationBytes of one file of a log
 * @param reserveBytes of disk that are never touched
 * @param table limits of the off-heap table
 * @param interests of an edge that has none of its own yet
 */
public record EdgeConfig(
    EdgeId edge,
    Path data,
    String bind,
    int grpcPort,
    int httpPort,
    UplinkConfig hub,
    long generationBytes,
    long reserveBytes,
    TableConfig table,
    ReplicaLimits limits,
    CheckpointRules checkpoints,
    Interests interests,
    TelemetryConfig telemetry) {

  private static final String STATE_HOME =
      System.getProperty("user.home") + "/.local/state/tideline";

  public static final Setting EDGE_ID =
      new Setting("edge.id", "", "a name, [a-z][a-z0-9-]{0,62}", "names this edge for ever");
  public static final Setting DATA_DIR =
      new Setting("data.dir", "", "a directory", "holds the logs; default STATE/edge-ID");
  public static final Setting BIND =
      new Setting("bind", "127.0.0.1", "an address", "where clients reach it; loopback is safe");
  public static final Setting GRPC_PORT =
      new Setting("grpc.port", "7401", "a port, 0 to 65535", "gRPC for clients; 0 is any free one");
  public static final Setting HTTP_PORT =
      new Setting("http.port", "7411", "a port, 0 to 65535", "HTTP for clients; 0 is any free one");
  public static final Setting HUB =
      new Setting("hub", "127.0.0.1:7400", "HOST:PORT", "the hub's gRPC address");
  public static final Setting GENERATION_BYTES =
      new Setting(
          "log.generation-bytes",
          Long.toString(256L << 20),
          "bytes, a multiple of 65536 from 20 MiB to 1 GiB",
          "one file of a log; allocated ahead, deleted whole");
  public static final Setting RESERVE_BYTES =
      new Setting(
          "log.reserve-bytes",
          Long.toString(256L << 20),
          "bytes, 0 to 1 TiB",
          "disk space that is never touched, so that a full disk is a refusal and no crash");
  public static final Setting ENTRIES_MAX =
      new Setting(
          "table.entries-max",
          "1000000",
          "keys, 1000 to 100000000",
          "what the off-heap table takes; it grows as it fills");
  public static final Setting TABLE_BYTES_MAX =
      new Setting(
          "table.bytes-max",
          Long.toString(TableConfig.DEFAULT.bytesMax()),
          "bytes, 16 MiB to 64 GiB",
          "of keys and values; at either limit, keys that are not held are refused");
  public static final Setting UNDECIDED_MAX =
      new Setting(
          "undecided.mutations-max",
          "500000",
          "mutations, 1 to 10000000",
          "what may wait for the hub; it is held on the heap, about 1 KiB each");
  public static final Setting UNDECIDED_BYTES_MAX =
      new Setting(
          "undecided.bytes-max",
          Long.toString(256L << 20),
          "bytes of journal, 1 MiB to 16 GiB",
          "what may wait for the hub; it is held on the heap");

  public static final Setting CHECKPOINT_LOG_BYTES =
      new Setting(
          "checkpoint.log-bytes",
          Long.toString(64L << 20),
          "bytes, 1 MiB to 1 TiB",
          "of the apply log between checkpoints: what a restart replays at most");
  public static final Setting JOURNAL_RETAINED_BYTES =
      new Setting(
          "journal.retained-bytes",
          Long.toString(8L << 30),
          "bytes, 0 to 1 TiB",
          "of decided journal kept for a hub that is set back");
  public static final Setting JOURNAL_RETAINED_MINUTES =
      new Setting(
          "journal.retained-minutes",
          "1440",
          "minutes, 0 to 100000",
          "for which decided journal is kept, if the bytes allow");

  public static final Setting INTEREST =
      new Setting(
          "interest",
          "*",
          "*, or a list of namespace=…, zone=…, prefix=NAMESPACE/…, key=NAMESPACE/…",
          "what the edge holds at its first start; later changes are kept on its disk");

  /** Every setting, in the order of the README's table. */
  public static final List<Setting> SETTINGS =
      TelemetryConfig.after(
          EDGE_ID,
          DATA_DIR,
          BIND,
          GRPC_PORT,
          HTTP_PORT,
          HUB,
          GENERATION_BYTES,
          RESERVE_BYTES,
          ENTRIES_MAX,
          TABLE_BYTES_MAX,
          UNDECIDED_MAX,
          UNDECIDED_BYTES_MAX,
          CHECKPOINT_LOG_BYTES,
          JOURNAL_RETAINED_BYTES,
          JOURNAL_RETAINED_MINUTES,
          INTEREST);

  /** A quarter of it holds a gRPC message of 4 MiB, as the apply log must. */
  private static final long GENERATION_BYTES_MIN = 20L << 20;

  /** More than a minute ahead is a broken clock, not a skewed one. */
  private static final long CLOCK_SKEW_MAX_MS = 60_000;

  /** The same with other rules for its logs. */
  public EdgeConfig withCheckpoints(CheckpointRules rules) {
    return new EdgeConfig(
        edge,
        data,
        bind,
        grpcPort,
        httpPort,
        hub,
        generationBytes,
        reserveBytes,
        table,
        limits,
        rules,
        interests,
        telemetry);
  }

  /**
   * Reads the configuration.
   *
   * @throws dev.tideline.runtime.ConfigException naming every problem
   */
  public static EdgeConfig read(Map<String, String> given, Map<String, String> environment) {
    var reader = new SettingsReader(given, environment);
    var edge = reader.parsed(EDGE_ID, EdgeConfig::edgeId, new EdgeId("unnamed"));
    var directory = reader.text(DATA_DIR);
    var data =
        Path.of(directory.isEmpty() ? STATE_HOME + "/edge-" + edge : directory).toAbsolutePath();
    var limits =
        new ReplicaLimits(
            (int) reader.number(UNDECIDED_MAX, 1, 10_000_000),
            reader.number(UNDECIDED_BYTES_MAX, 1 << 20, 16L << 30),
            CLOCK_SKEW_MAX_MS);
    var config =
        new EdgeConfig(
            edge,
            data,
            reader.text(BIND),
            reader.port(GRPC_PORT),
            reader.port(HTTP_PORT),
            reader.parsed(HUB, EdgeConfig::address, new UplinkConfig("127.0.0.1", 7400)),
            reader.parsed(GENERATION_BYTES, EdgeConfig::generationBytes, 256L << 20),
            reader.number(RESERVE_BYTES, 0, 1L << 40),
            new TableConfig(
                reader.number(ENTRIES_MAX, 1_000, TableConfig.ENTRIES_MAX_MOST),
                reader.number(TABLE_BYTES_MAX, 16L << 20, TableConfig.BYTES_MAX_MOST)),
            limits,
            new CheckpointRules(
                reader.number(CHECKPOINT_LOG_BYTES, 1 << 20, 1L << 40),
                reader.number(JOURNAL_RETAINED_BYTES, 0, 1L << 40),
                TimeUnit.MINUTES.toMillis(reader.number(JOURNAL_RETAINED_MINUTES, 0, 100_000))),
            reader.parsed(INTEREST, EdgeConfig::interests, Interests.EVERYTHING),
            TelemetryConfig.read(reader, "tideline-edge", edge.text()));
    reader.finish();
    return config;
  }

  private static Interests interests(String text) {
    return Interests.of(
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(each -> !each.isEmpty())
            .map(Interest::decode)
            .toList());
  }

  private static long generationBytes(String text) {
    long bytes = Long.parseLong(text);
    if (bytes < GENERATION_BYTES_MIN) {
      throw new IllegalArgumentException("a quarter of it must hold the largest change batch");
    }
    return new RecordLogConfig(bytes, 0, 0).generationBytes();
  }

  private static EdgeId edgeId(String text) {
    var id = new EdgeId(text);
    if (id.equals(EdgeId.HUB)) {
      throw new IllegalArgumentException("'hub' is reserved");
    }
    return id;
  }

  private static UplinkConfig address(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException("there is no port");
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535");
    }
    return new UplinkConfig(text.substring(0, colon), port);
  }
}
