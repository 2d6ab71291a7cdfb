package dev.tideline.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import net.openhft.posix.MAdviseFlag;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the pages of a file just before they are written to through its mapping, in pieces that go
 * by what one sync covers.
 *
 * <p>Left to itself the kernel takes appends for somebody who reads on and on: it reads ahead, and
 * holds what it read in ever larger pieces. That suits a load: a piece of 2 MiB takes one fault.
 * But each is written back whole: on a disk with 8 MiB of read-ahead a sync of 300 bytes wrote 2
 * MiB, in 1.8 ms instead of 0.55. Told not to read ahead ({@code MADV_RANDOM} of madvise(2)) it
 * takes page by page, and under load that costs a third of the throughput. Zeros written to where
 * there are zeros make pieces of any size.
 *
 * <p>Only a wish: where the kernel takes no advice, or holds a file otherwise, all stays right.
 *
 * <p>Threads: one at a time.
 */
final class PagesAhead implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PagesAhead.class);

  /** A sync of it takes no longer than that of a page. */
  private static final int PIECE_BYTES_MIN = 16 * 1024;

  /** What a processor takes as one page. */
  private static final int PIECE_BYTES_MAX = 2 * 1024 * 1024;

  /** Under load a sync may write more than it must: faults for each page cost more than that. */
  private static final int SYNCS_IN_PIECE = 8;

  private static final MemorySegment ZEROS = Arena.global().allocate(PIECE_BYTES_MAX);

  /** Of Linux's unistd.h. */
  private static final int SEEK_SET = 0;

  private final PosixAPI posix = PosixAPI.posix();

  /** No channel: that would close if a thread that appends is interrupted. */
  private final int file;

  private final Path path;
  private final long size;
  private long made;

  private PagesAhead(int file, Path path, long size, long made) {
    this.file = file;
    this.path = path;
    this.size = size;
    this.made = made;
  }

  /**
   * Begins behind what is written already.
   *
   * @param size of the file, all of it allocated
   * @param mapping where in memory all of it is mapped
   * @param written offset from where on nobody has ever written anything, above 0
   */
  static PagesAhead open(Path path, long size, long mapping, long written) throws IOException {
    var posix = PosixAPI.posix();
    if (posix.madvise(mapping, size, MAdviseFlag.MADV_RANDOM) != 0) {
      LOG.warn("{}: the kernel takes no advice on how to hold it: syncs may be slow", path);
    }
    int file = posix.open(path.toString(), OpenFlag.O_RDWR, 0);
    if (file < 0) {
      throw new IOException("cannot open " + path);
    }
    long made = Math.ceilDiv(Math.max(1, written), PIECE_BYTES_MIN) * PIECE_BYTES_MIN;
    return new PagesAhead(file, path, size, made);
  }

  /**
   * Whatever lies before an offset can be written to. Nobody may have written at or above where the
   * last piece ended.
   *
   * @param unsynced bytes that the next sync covers, or the last one did
   */
  void makeTo(long end, long unsynced) throws IOException {
    while (made < Math.min(end, size)) {
      long piece = Math.min(pieceBytes(unsynced), size - made);
      long written =
          posix.lseek(file, made, SEEK_SET) == made
              ? posix.write(file, ZEROS.address(), piece)
              : -1;
      if (written <= 0) {
        throw new IOException("%s takes nothing at %d".formatted(path, made));
      }
      made += written;
    }
  }

  /** Powers of two, at their multiples: the kernel makes one piece of no other. */
  private long pieceBytes(long unsynced) {
    long wanted = Math.clamp(SYNCS_IN_PIECE * unsynced, PIECE_BYTES_MIN, PIECE_BYTES_MAX);
    return Math.min(Long.highestOneBit(wanted), Long.lowestOneBit(made));
  }

  @Override
  public void close() {
    posix.close(file);
  }
}
