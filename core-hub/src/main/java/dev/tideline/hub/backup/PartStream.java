package dev.tideline.hub.backup;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Files one behind the other on a stream of which nobody knows the length before: each its name
 * (length in 2 bytes, UTF-8), then pieces (length in 4 bytes, bytes), then a piece of no length.
 * The {@code MANIFEST} comes last: a stream that was cut has none.
 */
final class PartStream {

  static final int PIECE_BYTES_MAX = 256 * 1024;

  private PartStream() {}

  /** Writes the contents of one part. */
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Makes room for a part. */
  interface Place {
    OutputStream open(String name) throws IOException;
  }

  /** Writes a part. */
  static BackupManifest.CopiedFile write(DataOutputStream to, String name, Content content)
      throws IOException {
    to.writeUTF(name);
    var pieces = new Pieces(to);
    var checked = new CheckedOutputStream(pieces, new CRC32C());
    content.writeTo(checked);
    checked.flush();
    to.writeInt(0);
    to.flush();
    return new BackupManifest.CopiedFile(
        name, pieces.bytes, (int) checked.getChecksum().getValue());
  }

  /**
   * Reads all parts.
   *
   * @throws BackupException if the stream ends before the manifest does, or is no such stream
   */
  static void read(InputStream from, Place place) throws IOException {
    var in = new DataInputStream(from);
    try {
      String name;
      do {
        name = in.readUTF();
        try (var out = place.open(name)) {
          copyPart(in, out);
        }
      } while (!name.equals(BackupManifest.FILE_NAME));
    } catch (EOFException e) {
      throw new BackupException("the hub broke off before the backup was complete; try again", e);
    } catch (UTFDataFormatException e) {
      throw noBackup();
    }
  }

  private static BackupException noBackup() {
    return new BackupException("what answers is no hub that can be backed up");
  }

  private static void copyPart(DataInputStream in, OutputStream out) throws IOException {
    for (int length = in.readInt(); length != 0; length = in.readInt()) {
      if (length < 0 || length > PIECE_BYTES_MAX) {
        throw noBackup();
      }
      var piece = new byte[length];
      in.readFully(piece);
      out.write(piece);
    }
  }

  /** Gathers what is written into pieces. */
  private static final class Pieces extends FilterOutputStream {
    private final DataOutputStream to;
    private final byte[] piece = new byte[PIECE_BYTES_MAX];
    private int gathered;
    private long bytes;

    Pieces(DataOutputStream to) {
      super(to);
      this.to = to;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int taken = Math.min(length - done, piece.length - gathered);
        System.arraycopy(from, offset + done, piece, gathered, taken);
        gathered += taken;
        done += taken;
        if (gathered == piece.length) {
          flush();
        }
      }
      bytes += length;
    }

    @Override
    public void flush() throws IOException {
      if (gathered > 0) {
        to.writeInt(gathered);
        to.write(piece, 0, gathered);
        gathered = 0;
      }
    }
  }
}
