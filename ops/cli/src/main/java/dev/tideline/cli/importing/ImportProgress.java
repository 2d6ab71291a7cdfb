package dev.tideline.cli.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far an import has come. Lines are finished out of order; what is kept is the number of lines
 * from the first on that are all finished, so that the next call begins exactly there. A line
 * beyond it that was finished, too, is sent again under the same idempotency key. For any number of
 * threads.
 */
final class ImportProgress {
  private final Path file;
  private final Set<Long> refusedEarly = new HashSet<>();
  private final TreeSet<Long> finishedEarly = new TreeSet<>();
  private long done;
  private long refused;

  private ImportProgress(Path file) {
    this.file = file;
  }

  /** That of an earlier call, or none. */
  static ImportProgress open(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    var progress = new ImportProgress(file);
    if (Files.exists(file)) {
      try {
        var document = new ObjectMapper().readTree(Files.readAllBytes(file));
        progress.done = document.path("lines").asLong();
        progress.refused = document.path("refused").asLong();
      } catch (JsonProcessingException e) {
        throw new IOException(
            "%s is damaged; delete it to send every line again, which does no harm".formatted(file),
            e);
      }
    }
    return progress;
  }

  /** Says that a line is finished. */
  synchronized void finish(long line, boolean wasRefused) {
    finishedEarly.add(line);
    if (wasRefused) {
      refusedEarly.add(line);
    }
    while (finishedEarly.remove(done + 1)) {
      done++;
      if (refusedEarly.remove(done)) {
        refused++;
      }
    }
  }

  /** Lines from the first on that are all finished. */
  synchronized long done() {
    return done;
  }

  /** How many of them were refused. */
  synchronized long refused() {
    return refused;
  }

  /** Keeps it for the next call. */
  synchronized void save() throws IOException {
    var document = JsonNodeFactory.instance.objectNode();
    document.put("lines", done).put("refused", refused);
    var next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, document + System.lineSeparator());
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
