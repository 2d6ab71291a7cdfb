package dev.tideline.store;

import com.google.protobuf.ByteString;
import dev.tideline.store.CheckpointFrame.Kind;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a checkpoint from its file, checking every byte. */
final class FileCheckpointReader implements CheckpointReader {

  private static final int BUFFER_BYTES = 1024 * 1024;

  private final Path path;
  private final long start;
  private final long end;
  private final long states;
  private final long entries;

  private FileCheckpointReader(Path path, long start, ByteBuffer endPayload) {
    this.path = path;
    this.start = start;
    end = endPayload.getLong();
    states = endPayload.getLong();
    entries = endPayload.getLong();
  }

  /**
   * Opens a checkpoint, looking at its two ends.
   *
   * @throws LogOpenException if it is damaged or of another format
   */
  static FileCheckpointReader at(Path path) throws IOException {
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      var begin = frame(path, file, 0, Kind.BEGIN, CheckpointFrame.BEGIN_BYTES);
      if (begin.getInt() != CheckpointFrame.MAGIC) {
        throw damaged(path, 0, "it is not a checkpoint");
      }
      int version = begin.getInt();
      if (version != CheckpointFrame.FORMAT_VERSION) {
        throw new LogOpenException(
            "%s is of format version %d, this release reads %d: use the release that wrote it"
                .formatted(path, version, CheckpointFrame.FORMAT_VERSION));
      }
      long endAt = file.size() - CheckpointFrame.HEADER_BYTES - CheckpointFrame.END_BYTES;
      var end = frame(path, file, endAt, Kind.END, CheckpointFrame.END_BYTES);
      return new FileCheckpointReader(path, begin.getLong(), end);
    }
  }

  private static ByteBuffer frame(Path path, FileChannel file, long at, Kind kind, int length)
      throws IOException {
    var bytes = ByteBuffer.allocate(CheckpointFrame.HEADER_BYTES + length);
    if (at < 0 || file.read(bytes, at) != bytes.capacity()) {
      throw damaged(path, Math.max(at, 0), "it is too short");
    }
    bytes.flip();
    int payloadLength = bytes.getInt();
    int crc = bytes.getInt();
    byte code = bytes.get();
    if (payloadLength != length
        || code != kind.code
        || crc != CheckpointFrame.checksum(code, bytes)) {
      throw damaged(path, at, "its %s frame is not readable".formatted(kind));
    }
    return bytes;
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public long end() {
    return end;
  }

  @Override
  public long entries() {
    return entries;
  }

  @Override
  public InputStream open() {
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public ByteString firstState() {
    var found = new ByteString[] {ByteString.EMPTY};
    read(
        1,
        new Visitor() {
          @Override
          public void state(ByteString message) {
            found[0] = message;
          }

          @Override
          public void entry(Slice key, Slice value) {}
        });
    return found[0];
  }

  @Override
  public void read(Visitor visitor) {
    read(Long.MAX_VALUE, visitor);
  }

  private void read(long statesMax, Visitor visitor) {
    try (var in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES))) {
      new Walk(in, visitor).run(statesMax);
    } catch (EOFException e) {
      throw damaged(path, 0, "it ends early");
    } catch (IOException e) {
      throw new LogOpenException(path + " cannot be read: " + e, e);
    }
  }

  /** One pass over the frames. */
  private final class Walk {
    private final DataInputStream in;
    private final Visitor visitor;
    private final Slice key = new Slice(1024);
    private final Slice value = new Slice(4096);
    private byte[] buffer = new byte[256 * 1024];
    private long offset;
    private long statesSeen;
    private long entriesSeen;

    Walk(DataInputStream in, Visitor visitor) {
      this.in = in;
      this.visitor = visitor;
    }

    void run(long statesMax) throws IOException {
      while (statesSeen < statesMax) {
        int length = in.readInt();
        int crc = in.readInt();
        byte code = in.readByte();
        if (length < 0 || length > CheckpointFrame.PAYLOAD_BYTES_MAX) {
          throw damaged(path, offset, "a frame of %d bytes".formatted(length));
        }
        if (length > buffer.length) {
          buffer = new byte[length];
        }
        in.readFully(buffer, 0, length);
        var payload = ByteBuffer.wrap(buffer, 0, length);
        var kind = Kind.of(code);
        if (kind == null || crc != CheckpointFrame.checksum(code, payload)) {
          throw damaged(path, offset, "a frame does not match its checksum");
        }
        offset += CheckpointFrame.HEADER_BYTES + length;
        if (kind == Kind.END) {
          checkCounts();
          return;
        }
        take(kind, payload);
      }
    }

    private void take(Kind kind, ByteBuffer payload) {
      if (kind == Kind.STATE) {
        statesSeen++;
        visitor.state(ByteString.copyFrom(payload));
      } else if (kind == Kind.ENTRIES) {
        while (payload.hasRemaining()) {
          int keyLength = length(payload);
          int valueLength = length(payload);
          if ((long) keyLength + valueLength > payload.remaining()) {
            throw damaged(path, offset, "an entry before it is longer than its frame");
          }
          fill(key, payload, keyLength);
          fill(value, payload, valueLength);
          entriesSeen++;
          visitor.entry(key, value);
        }
      }
    }

    private int length(ByteBuffer payload) {
      int length = payload.remaining() < Integer.BYTES ? -1 : payload.getInt();
      if (length < 0) {
        throw damaged(path, offset, "an entry before it is cut");
      }
      return length;
    }

    private static void fill(Slice slice, ByteBuffer from, int length) {
      slice.resize(length);
      from.get(slice.array(), 0, length);
    }

    private void checkCounts() {
      if (statesSeen != states || entriesSeen != entries) {
        throw damaged(
            path,
            offset,
            "%d states and %d entries instead of %d and %d"
                .formatted(statesSeen, entriesSeen, states, entries));
      }
    }
  }

  private static LogOpenException damaged(Path path, long offset, String what) {
    return new LogOpenException(
        "%s at offset %d: %s; restore the directory from a copy, or move it away and let the node fetch everything again"
            .formatted(path, offset, what));
  }
}
