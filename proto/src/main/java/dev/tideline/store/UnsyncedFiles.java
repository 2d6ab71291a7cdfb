package dev.tideline.store;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The files that the next sync must force: the active generation's, and those of generations that
 * filled up since the last sync. Oldest first, so that nothing is durable behind something that is
 * not, as far as it is in our hands.
 *
 * <p>Threads: {@link #force} is called by one thread at a time, the rest by any.
 */
final class UnsyncedFiles {

  private final LogEnvironment machine;
  private final ArrayDeque<GenerationFile> files = new ArrayDeque<>();

  UnsyncedFiles(LogEnvironment machine) {
    this.machine = machine;
  }

  /** From here on records go to {@code file}; the one before gets none any more. */
  synchronized void add(GenerationFile file) {
    files.addLast(file);
  }

  void force() throws IOException {
    var toForce = snapshot();
    // The last one may be written to meanwhile; the others are complete.
    for (var complete : toForce.subList(0, toForce.size() - 1)) {
      complete.forceAll(machine);
    }
    toForce.getLast().forceWritten(machine);
    for (var complete : toForce.subList(0, toForce.size() - 1)) {
      remove(complete);
      complete.close();
    }
  }

  /** The same when nothing is written any more. */
  void forceAll() throws IOException {
    for (var file : snapshot()) {
      file.forceAll(machine);
    }
  }

  /** Closes what is left; nobody forces any more. */
  synchronized void close() throws IOException {
    for (var file : files) {
      file.close();
    }
    files.clear();
  }

  private synchronized List<GenerationFile> snapshot() {
    return List.copyOf(files);
  }

  private synchronized void remove(GenerationFile file) {
    files.remove(file);
  }
}
