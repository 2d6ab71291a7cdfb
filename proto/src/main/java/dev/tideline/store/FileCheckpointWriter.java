package dev.tideline.store;

import com.google.protobuf.ByteString;
import dev.tideline.store.CheckpointFrame.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes a checkpoint to a file; what a crash leaves of it {@link FileCheckpoints} clears away. */
final class FileCheckpointWriter implements CheckpointWriter {

  /** Entries are gathered into blocks of about this size, so that a checksum costs nothing. */
  private static final int BLOCK_BYTES = 128 * 1024;

  /**
   * Forced as it grows, because one large flush at the end would hold up the syncs of the logs that
   * share the disk.
   */
  private static final long FORCE_EVERY_BYTES = 8L * 1024 * 1024;

  private final FileCheckpoints owner;
  private final Path part;
  private final Path whole;
  private final FileChannel file;
  private ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES + BLOCK_BYTES / 2);
  private long states;
  private long entries;
  private long bytes;
  private long forcedBytes;
  private boolean finished;

  FileCheckpointWriter(FileCheckpoints owner, Path part, Path whole, long start)
      throws IOException {
    this.owner = owner;
    this.part = part;
    this.whole = whole;
    file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    write(
        Kind.BEGIN,
        ByteBuffer.allocate(CheckpointFrame.BEGIN_BYTES)
            .putInt(CheckpointFrame.MAGIC)
            .putInt(CheckpointFrame.FORMAT_VERSION)
            .putLong(start)
            .flip());
  }

  @Override
  public void state(ByteString message) {
    try {
      writeBlock();
      write(Kind.STATE, message.asReadOnlyByteBuffer());
      states++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void entry(Slice key, Slice value, int valueLength) {
    int size = 2 * Integer.BYTES + key.length() + valueLength;
    try {
      if (block.position() + size > BLOCK_BYTES) {
        writeBlock();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (size > block.capacity()) {
      block = ByteBuffer.allocate(size);
    }
    block.putInt(key.length()).putInt(valueLength);
    block.put(key.array(), 0, key.length()).put(value.array(), 0, valueLength);
    entries++;
  }

  @Override
  public long bytes() {
    return bytes + block.position();
  }

  @Override
  public void finish(long end) {
    try {
      writeBlock();
      write(
          Kind.END,
          ByteBuffer.allocate(CheckpointFrame.END_BYTES)
              .putLong(end)
              .putLong(states)
              .putLong(entries)
              .flip());
      owner.force(part, file);
      file.close();
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE);
      finished = true;
      owner.replacedBy(whole);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeBlock() throws IOException {
    if (block.position() > 0) {
      write(Kind.ENTRIES, block.flip());
      block.clear();
    }
  }

  private void write(Kind kind, ByteBuffer payload) throws IOException {
    if (payload.remaining() > CheckpointFrame.PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a frame of a checkpoint has at most %d bytes, not %d"
              .formatted(CheckpointFrame.PAYLOAD_BYTES_MAX, payload.remaining()));
    }
    var header = ByteBuffer.allocate(CheckpointFrame.HEADER_BYTES);
    header.putInt(payload.remaining());
    header.putInt(CheckpointFrame.checksum(kind.code, payload));
    header.put(kind.code).flip();
    bytes += header.remaining() + payload.remaining();
    var parts = new ByteBuffer[] {header, payload};
    while (payload.hasRemaining() || header.hasRemaining()) {
      file.write(parts);
    }
    if (bytes - forcedBytes >= FORCE_EVERY_BYTES) {
      owner.force(part, file);
      forcedBytes = bytes;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
      if (!finished) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
