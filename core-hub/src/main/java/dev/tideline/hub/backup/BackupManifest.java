package dev.tideline.hub.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Layout;
import dev.tideline.runtime.Release;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * What a backup says of itself: a line of JSON, and a line with its checksum, so that no byte of it
 * can change unnoticed either.
 *
 * <pre>
 *  {"format":1,…,"files":[{"name":"changelog","bytes":1234,"crc32c":"0a1b2c3d"}]}
 *  crc32c 89abcdef
 * </pre>
 *
 * @param layout of the installation
 * @param term of the hub that was copied
 * @param takenMs when, in milliseconds since 1970 by the hub's clock
 * @param first position of the first record copied
 * @param last position of the last; one before the first if the checkpoint holds everything
 * @param revisions last revision of each partition up to there
 * @param files all but this one
 */
public record BackupManifest(
    Layout layout,
    long term,
    long takenMs,
    long first,
    long last,
    List<Long> revisions,
    List<CopiedFile> files) {

  /** Of this file and of those that it names. */
  static final int FORMAT_VERSION = 1;

  static final String FILE_NAME = "MANIFEST";
  static final String LOG_NAME = "changelog";
  static final Pattern CHECKPOINT_NAME = Pattern.compile("checkpoint-\\d{19}");

  /** Far more than 64 revisions and two files take. */
  static final int BYTES_MAX = 64 * 1024;

  private static final String CHECKSUM = "crc32c ";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A file of the backup. */
  public record CopiedFile(String name, long bytes, int crc32c) {

    /** Whether it is named as one of ours; then the name leads nowhere else. */
    static boolean isName(String name) {
      return name.equals(LOG_NAME) || CHECKPOINT_NAME.matcher(name).matches();
    }
  }

  public BackupManifest {
    revisions = List.copyOf(revisions);
    files = List.copyOf(files);
    var names = new HashSet<String>();
    for (var file : files) {
      require(CopiedFile.isName(file.name()) && names.add(file.name()), "names a file wrongly");
      require(file.bytes() >= 0, "names a file of less than no bytes");
    }
    require(names.contains(LOG_NAME) && names.size() <= 2, "does not name the files there are");
    require(first >= 1 && last >= first - 1, "names positions that cannot be");
    require(first == 1 || names.size() == 2, "lacks what comes before its first record");
    require(revisions.size() == layout.partitions(), "has not one revision a partition");
    require(revisions.stream().allMatch(each -> each >= 0), "names revisions that cannot be");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw damaged(otherwise);
    }
  }

  /** The checkpoint's name; empty if there was none. */
  Optional<String> checkpoint() {
    return files.stream().map(CopiedFile::name).filter(name -> !name.equals(LOG_NAME)).findFirst();
  }

  /** Bytes of all files but this one. */
  public long bytes() {
    return files.stream().mapToLong(CopiedFile::bytes).sum();
  }

  /** Records copied. */
  public long records() {
    return last - first + 1;
  }

  /** All of it, for people and scripts. */
  public ObjectNode toJson() {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("format", FORMAT_VERSION)
        .put("release", Release.VERSION)
        .put("partitions", layout.partitions())
        .put("hash", Layout.HASH)
        .put("term", Long.toHexString(term))
        .put("takenMs", takenMs)
        .put("first", first)
        .put("last", last);
    var heads = json.putArray("revisions");
    revisions.forEach(heads::add);
    var all = json.putArray("files");
    for (var file : files) {
      all.addObject()
          .put("name", file.name())
          .put("bytes", file.bytes())
          .put("crc32c", hex(file.crc32c()));
    }
    return json;
  }

  byte[] encode() {
    var line = toJson() + "\n";
    return (line + CHECKSUM + hex(checksum(line)) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads one.
   *
   * @throws BackupException if it is damaged or of another format
   */
  static BackupManifest decode(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.indexOf('\n') + 1;
    var line = text.substring(0, end);
    if (!text.substring(end).equals(CHECKSUM + hex(checksum(line)) + "\n")) {
      throw damaged("does not match its checksum");
    }
    try {
      return decode(MAPPER.readTree(line));
    } catch (JsonProcessingException e) {
      throw damaged("is no JSON");
    }
  }

  private static BackupManifest decode(JsonNode json) {
    long format = number(json, "format");
    if (format != FORMAT_VERSION) {
      throw new BackupException(
          "the backup is of format %d, this release reads %d: use the release that made it"
              .formatted(format, FORMAT_VERSION));
    }
    if (!text(json, "hash").equals(Layout.HASH)) {
      throw new BackupException(
          "the backup lays keys on partitions by '%s', this release by '%s': use the release that made it"
              .formatted(text(json, "hash"), Layout.HASH));
    }
    var revisions = new ArrayList<Long>();
    json.path("revisions").forEach(each -> revisions.add(number(each, "a revision")));
    var files = new ArrayList<CopiedFile>();
    for (var file : json.path("files")) {
      files.add(
          new CopiedFile(
              text(file, "name"), number(file, "bytes"), (int) hex(text(file, "crc32c"))));
    }
    return new BackupManifest(
        layout(number(json, "partitions")),
        hex(text(json, "term")),
        number(json, "takenMs"),
        number(json, "first"),
        number(json, "last"),
        revisions,
        files);
  }

  private static Layout layout(long partitions) {
    try {
      return new Layout((int) Math.min(partitions, Integer.MAX_VALUE));
    } catch (InvalidInputException e) {
      throw damaged("has " + e.problem());
    }
  }

  private static long number(JsonNode in, String name) {
    var value = in.isObject() ? in.path(name) : in;
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw damaged("lacks a number: " + name);
    }
    return value.longValue();
  }

  private static String text(JsonNode in, String name) {
    if (!in.path(name).isTextual()) {
      throw damaged("lacks a text: " + name);
    }
    return in.path(name).textValue();
  }

  private static long hex(String text) {
    try {
      return Long.parseUnsignedLong(text, 16);
    } catch (NumberFormatException e) {
      throw damaged("has a text that is no number");
    }
  }

  private static String hex(int crc) {
    return "%08x".formatted(crc);
  }

  private static int checksum(String line) {
    var crc = new CRC32C();
    crc.update(line.getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }

  private static BackupException damaged(String what) {
    return new BackupException(
        "the backup is damaged: its %s %s; take another one".formatted(FILE_NAME, what));
  }
}
