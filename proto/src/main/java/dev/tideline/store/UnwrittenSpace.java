package dev.tideline.store;

import java.io.IOException;
import java.nio.file.Path;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;

/**
 * Tells which parts of a file were never written, as the file system knows it ({@code SEEK_DATA} of
 * lseek(2)): they read as zero, and to read them all the same would make the kernel find and clear
 * memory for each page. Where the file system does not tell, everything counts as written.
 */
final class UnwrittenSpace implements AutoCloseable {

  /** Of Linux's unistd.h; {@code WhenceFlag} of the library has other numbers for them. */
  private static final int SEEK_DATA = 3;

  private static final int SEEK_HOLE = 4;

  private final PosixAPI posix = PosixAPI.posix();
  private final long size;
  private final int file;

  UnwrittenSpace(Path path, long size) throws IOException {
    this.size = size;
    file = posix.open(path.toString(), OpenFlag.O_RDONLY, 0);
    if (file < 0) {
      throw new IOException("cannot open " + path);
    }
  }

  /** The first offset from here on that may have been written; the file's size if there is none. */
  long nextWritten(long from) {
    long found = posix.lseek(file, from, SEEK_DATA);
    if (found >= from) {
      return found;
    }
    // Nothing behind is what the end of the file looks like, too; other answers tell nothing.
    return posix.lseek(file, from, SEEK_HOLE) == from ? size : from;
  }

  @Override
  public void close() {
    posix.close(file);
  }
}
