package dev.tideline.drills.crash;

import dev.tideline.store.LogEnvironment;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * A disk that remembers, of every file, what it held when it was last forced, and of every
 * directory the names. It does not really force: the page cache is all the disk there is.
 *
 * <p>Files are known by what the file system knows them by, so that a renamed file keeps what was
 * forced under its old name.
 */
final class RecordingDisk implements LogEnvironment {

  private static final int SLOW_MS = 150;

  private final AtomicInteger slow = new AtomicInteger();
  private final String bootId;
  private final ReadWriteLock frozen;
  private final Map<Object, DurableFile> files = new ConcurrentHashMap<>();
  private final Map<Path, Map<String, Object>> names = new ConcurrentHashMap<>();

  /**
   * An empty disk.
   *
   * @param frozen held for writing while an image is taken: nothing becomes durable meanwhile
   */
  RecordingDisk(String bootId, ReadWriteLock frozen) {
    this.bootId = bootId;
    this.frozen = frozen;
  }

  @Override
  public String bootId() {
    return bootId;
  }

  @Override
  public void force(SyncedFile file) throws IOException {
    record(file.path());
  }

  @Override
  public void force(Path path, MemorySegment mapping, long from, long to) throws IOException {
    frozen.readLock().lock();
    try {
      files.computeIfAbsent(key(path), key -> new DurableFile()).record(path, from, to);
    } finally {
      frozen.readLock().unlock();
    }
  }

  @Override
  public void force(Path path, FileChannel file) throws IOException {
    record(path);
    // As on a busy disk, so that machines go down while a checkpoint is not whole yet.
    slow.incrementAndGet();
    try {
      Thread.sleep(SLOW_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      slow.decrementAndGet();
    }
  }

  /** Whether a checkpoint is being forced. */
  boolean isForcingSlowly() {
    return slow.get() > 0;
  }

  private void record(Path path) throws IOException {
    frozen.readLock().lock();
    try {
      if (Files.isDirectory(path)) {
        names.put(path, namesIn(path));
      } else {
        files.computeIfAbsent(key(path), key -> new DurableFile()).record(path);
      }
    } finally {
      frozen.readLock().unlock();
    }
  }

  /** What a file held when it was last forced; empty if it never was. */
  Optional<DurableFile> durable(Object key) {
    return Optional.ofNullable(files.get(key));
  }

  /** The names in a directory that a lost machine finds again, with the files they name. */
  Map<String, Object> durableNames(Path directory) {
    return names.getOrDefault(directory, Map.of());
  }

  /** The names in a directory, with the files they name. */
  static Map<String, Object> namesIn(Path directory) throws IOException {
    var found = new HashMap<String, Object>();
    try (var entries = Files.list(directory)) {
      for (var entry : entries.toList()) {
        try {
          found.put(entry.getFileName().toString(), key(entry));
        } catch (NoSuchFileException e) {
          // It went away while we looked: as good as gone before.
        }
      }
    }
    return found;
  }

  private static Object key(Path path) throws IOException {
    var key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return Objects.requireNonNull(key, "this file system does not tell its files apart");
  }
}
