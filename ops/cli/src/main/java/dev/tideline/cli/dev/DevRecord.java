package dev.tideline.cli.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tideline.cli.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a running {@code dev} leaves for other commands: where its nodes are, and where and with
 * what secret it takes orders. Only its user may read it. It counts while its process lives.
 *
 * @param control port on loopback
 * @param secret without which no order is taken: web pages can reach loopback, too
 * @param edges HTTP URL by edge id
 */
public record DevRecord(
    long pid, int control, String secret, String hubAdmin, Map<String, String> edges) {

  private static final String FILE = "running.json";

  /** Where {@code dev} keeps everything. */
  public static Path directory() {
    return StateDirectory.resolve("dev");
  }

  /** The installation that runs; empty if none does. */
  public static Optional<DevRecord> find() {
    return find(directory());
  }

  static Optional<DevRecord> find(Path directory) {
    var file = directory.resolve(FILE);
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      var record = of(new ObjectMapper().readTree(file.toFile()));
      return ProcessHandle.of(record.pid()).filter(ProcessHandle::isAlive).map(alive -> record);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static DevRecord of(JsonNode json) {
    var edges = new TreeMap<String, String>();
    json.path("edges").properties().forEach(e -> edges.put(e.getKey(), e.getValue().asText()));
    return new DevRecord(
        json.path("pid").asLong(),
        json.path("control").asInt(),
        json.path("secret").asText(),
        json.path("hubAdmin").asText(),
        edges);
  }

  void write(Path directory) throws IOException {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("pid", pid).put("control", control).put("secret", secret).put("hubAdmin", hubAdmin);
    edges.forEach(json.putObject("edges")::put);
    var owner = PosixFilePermissions.fromString("rw-------");
    var temporary =
        Files.createTempFile(directory, FILE, ".tmp", PosixFilePermissions.asFileAttribute(owner));
    Files.writeString(temporary, json + System.lineSeparator());
    var file = directory.resolve(FILE);
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    // Ctrl-C ends the process without coming back to whoever wrote this.
    file.toFile().deleteOnExit();
  }

  static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(FILE));
  }
}
