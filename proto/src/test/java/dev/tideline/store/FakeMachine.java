package dev.tideline.store;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A machine whose boots, free space and disk errors are up to the test, and which remembers what
 * every file held when it was last forced. It does not really force: the page cache is all the disk
 * there is.
 */
final class FakeMachine implements LogEnvironment {

  private static final int PAGE_BYTES = 4096;

  volatile String bootId;
  volatile long usableBytes = 1L << 40;
  volatile boolean forceFails;
  private final Set<Path> namesForced = ConcurrentHashMap.newKeySet();
  private final Map<Path, byte[]> forced = new ConcurrentHashMap<>();

  FakeMachine(String bootId) {
    this.bootId = bootId;
  }

  /** Starts with a disk that holds what {@code log} holds. */
  static FakeMachine booted(String bootId, Path log) throws IOException {
    var machine = new FakeMachine(bootId);
    if (Files.exists(log)) {
      try (var files = Files.walk(log)) {
        for (var file : files.filter(Files::isRegularFile).toList()) {
          machine.forced.put(file, Files.readAllBytes(file));
        }
      }
    }
    return machine;
  }

  @Override
  public String bootId() {
    return bootId;
  }

  @Override
  public long usableBytes(Path directory) {
    return usableBytes;
  }

  @Override
  public void force(SyncedFile file) throws IOException {
    if (forceFails) {
      throw new IOException("the disk gave up");
    }
    if (Files.isRegularFile(file.path())) {
      forced.put(file.path(), Files.readAllBytes(file.path()));
    } else {
      namesForced.addAll(entries(file.path()));
    }
  }

  @Override
  public void force(Path path, MemorySegment mapping, long from, long to) throws IOException {
    if (forceFails) {
      throw new IOException("the disk gave up");
    }
    var file = Files.readAllBytes(path);
    var held = Arrays.copyOf(forced(path), file.length);
    int first = (int) (from / PAGE_BYTES * PAGE_BYTES);
    int beyond = (int) Math.min(file.length, (to + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
    System.arraycopy(file, first, held, first, beyond - first);
    forced.put(path, held);
  }

  /** Whether a lost machine finds the name of a file or directory again. */
  boolean isNameForced(Path path) {
    return namesForced.contains(path);
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  /** What {@code file} held when it was last forced; empty if it never was. */
  byte[] forced(Path file) {
    return forced.getOrDefault(file, new byte[0]);
  }
}
