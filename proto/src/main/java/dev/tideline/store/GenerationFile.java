package dev.tideline.store;

import dev.tideline.store.LogEnvironment.SyncedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A generation's file as those see it who make it durable.
 *
 * <p>While it is appended to, only what was written since the last sync is forced, through a
 * mapping of our own. The queue's header and its index change beside it; to force them, too, would
 * make three writes to the disk out of one, and every next append would fault on their pages again.
 * Nobody believes them after a crash: recovery reads the frames, and a queue that is opened to be
 * read looks record by record for what its index does not name. When the generation is complete all
 * of its file is forced.
 *
 * <p>Threads: {@link #wrote} is called by the appender, {@link #unsynced} by anybody, the rest by
 * one thread at a time.
 */
final class GenerationFile implements AutoCloseable {

  private final SyncedFile file;
  private final Arena arena;
  private final MemorySegment pages;
  private volatile long end;
  private volatile long forced;
  private volatile long forcedLast;

  private GenerationFile(SyncedFile file, Arena arena, MemorySegment pages) {
    this.file = file;
    this.arena = arena;
    this.pages = pages;
  }

  /** Opens a file that has been allocated. */
  static GenerationFile open(Path path, long bytes) throws IOException {
    var arena = Arena.ofShared();
    try (var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var pages = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      return new GenerationFile(SyncedFile.open(path, StandardOpenOption.WRITE), arena, pages);
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Everything before this offset is in the page cache. */
  void wrote(long newEnd) {
    end = newEnd;
  }

  /** Makes durable what was written before the call. */
  void forceWritten(LogEnvironment machine) throws IOException {
    long to = end;
    if (to > forced) {
      machine.force(file.path(), pages, forced, to);
      forcedLast = to - forced;
      forced = to;
    }
  }

  /** Bytes that the next sync covers, or the last one did, whichever are more. */
  long unsynced() {
    return Math.max(end - forced, forcedLast);
  }

  /** Makes all of it durable; nothing is written any more. */
  void forceAll(LogEnvironment machine) throws IOException {
    machine.force(file);
    forced = end;
  }

  @Override
  public void close() throws IOException {
    arena.close();
    file.close();
  }
}
