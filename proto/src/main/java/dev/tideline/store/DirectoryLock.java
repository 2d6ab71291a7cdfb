package dev.tideline.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a log to one process. The kernel lets go of the lock when the process ends, however it
 * ends; the process id in the file is for the message only. (Chronicle's own lock goes by process
 * id, which in a container is 1 for the dead process and for its successor.)
 *
 * <p>POSIX drops a process's locks on a file when <em>any</em> of its descriptors of that file is
 * closed. So the file is never opened while this very process holds it, hence the set.
 */
final class DirectoryLock implements AutoCloseable {

  static final String FILE_NAME = "lock";

  private static final long RETRY_MS = 20;
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * Takes the lock, waiting up to {@code waitMs} for a process that is going down.
   *
   * @throws LogOpenException if somebody keeps it
   */
  static DirectoryLock take(Path directory, int waitMs) throws IOException {
    var real = directory.toRealPath();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    while (true) {
      var lock = tryTake(real);
      if (lock.isPresent()) {
        return lock.get();
      }
      if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        throw new LogOpenException(
            directory
                + " is locked by another process"
                + holder(real)
                + ": stop that one first, or give this one a directory of its own");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MS));
    }
  }

  private static Optional<DirectoryLock> tryTake(Path directory) throws IOException {
    if (!HELD_HERE.add(directory)) {
      return Optional.empty();
    }
    boolean taken = false;
    var channel =
        FileChannel.open(
            directory.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      taken = lock != null;
      if (!taken) {
        return Optional.empty();
      }
      var pid =
          (ProcessHandle.current().pid() + "\n")
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      channel.truncate(0);
      channel.write(java.nio.ByteBuffer.wrap(pid), 0);
      return Optional.of(new DirectoryLock(directory, channel));
    } finally {
      if (!taken) {
        channel.close();
        HELD_HERE.remove(directory);
      }
    }
  }

  private static String holder(Path directory) {
    if (HELD_HERE.contains(directory)) {
      return " (this one, pid " + ProcessHandle.current().pid() + ")";
    }
    try {
      var pid = Files.readString(directory.resolve(FILE_NAME)).strip();
      return pid.isEmpty() ? "" : " (pid " + pid + ")";
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      HELD_HERE.remove(directory);
    }
  }
}
