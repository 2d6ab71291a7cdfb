package dev.tideline.store;

import dev.tideline.store.LogEnvironment.SyncedFile;
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
  private final ArrayDeque<SyncedFile> files = new ArrayDeque<>();

  UnsyncedFiles(LogEnvironment machine) {
    this.machine = machine;
  }

  /** From here on records go to {@code file}; the one before gets none any more. */
  synchronized void add(SyncedFile file) {
    files.addLast(file);
  }

  void force() throws IOException {
    var toForce = snapshot();
    for (var file : toForce) {
      machine.force(file);
    }
    // The last one may have been written to meanwhile; the others were complete before.
    for (var complete : toForce.subList(0, toForce.size() - 1)) {
      remove(complete);
      complete.close();
    }
  }

  /** Closes what is left; nobody forces any more. */
  synchronized void close() throws IOException {
    for (var file : files) {
      file.close();
    }
    files.clear();
  }

  private synchronized List<SyncedFile> snapshot() {
    return List.copyOf(files);
  }

  private synchronized void remove(SyncedFile file) {
    files.remove(file);
  }
}
