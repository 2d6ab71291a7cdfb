package dev.tideline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * What logs and checkpoints need to know and have done by the machine; tests and drills put
 * themselves in between. Everything that makes bytes or names durable passes here.
 */
public interface LogEnvironment {

  /** The real machine. */
  LogEnvironment MACHINE = new LogEnvironment() {};

  /**
   * Identifies this run of the machine's kernel; empty if it cannot be told, and then the machine
   * counts as lost in between.
   */
  default String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Bytes that this process may still allocate on the disk of {@code directory}. */
  default long usableBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** Forces the whole file, however it was written, with what is needed to find its bytes again. */
  default void force(SyncedFile file) throws IOException {
    file.channel().force(false);
  }

  /**
   * Forces a part of a file, however it was written, with what is needed to find its bytes again.
   * The rest may stay on the disk as it was.
   *
   * @param mapping of the file from its beginning
   * @param from offset of the first byte that counts
   * @param to offset behind the last
   */
  default void force(Path path, MemorySegment mapping, long from, long to) throws IOException {
    try {
      mapping.asSlice(from, to - from).force();
    } catch (UncheckedIOException e) {
      throw new IOException(path + " cannot be forced", e);
    }
  }

  /** Forces a file that its writer keeps to itself, with all that is known about it. */
  default void force(Path path, FileChannel file) throws IOException {
    file.force(true);
  }

  /**
   * A file or directory to be forced. An {@link AsynchronousFileChannel}, although nothing about it
   * is asynchronous here: a plain {@code FileChannel} is closed under everybody when a thread that
   * was interrupted forces it, and any waiting thread may be the one that forces.
   */
  record SyncedFile(Path path, AsynchronousFileChannel channel) implements AutoCloseable {

    static SyncedFile open(Path path, OpenOption access) throws IOException {
      return new SyncedFile(path, AsynchronousFileChannel.open(path, access));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
