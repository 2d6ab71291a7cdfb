package dev.tideline.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.posix.MAdviseFlag;
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

  private static final ByteBuffer ZEROS =
      ByteBuffer.allocateDirect(PIECE_BYTES_MAX).asReadOnlyBuffer();

  private final FileChannel file;
  private final long size;
  private long made;

  private PagesAhead(FileChannel file, long size, long made) {
    this.file = file;
    this.size = size;
    this.made = made;
  }

  /**
   * Begins behind what is written already.
   *
   * @param size of the file, all of it allocated
   * @param mapping where in memory all of it is mapped
   * @param written offset from where on nobody has ever written anything
   */
  static PagesAhead open(Path path, long size, long mapping, long written) throws IOException {
    if (PosixAPI.posix().madvise(mapping, size, MAdviseFlag.MADV_RANDOM) != 0) {
      LOG.warn("{}: the kernel takes no advice on how to hold it: syncs may be slow", path);
    }
    var file = FileChannel.open(path, StandardOpenOption.WRITE);
    return new PagesAhead(file, size, Math.ceilDiv(written, PIECE_BYTES_MIN) * PIECE_BYTES_MIN);
  }

  /**
   * What lies before an offset can be written to; nobody may have written to what lies behind.
   *
   * @param unsynced bytes that the next sync covers, or the last one did
   */
  void makeTo(long end, long unsynced) throws IOException {
    while (made < Math.min(end, size)) {
      var zeros = ZEROS.duplicate().limit((int) Math.min(pieceBytes(unsynced), size - made));
      while (zeros.hasRemaining()) {
        made += file.write(zeros, made);
      }
    }
  }

  /** Powers of two, at their multiples: the kernel makes one piece of no other. */
  private long pieceBytes(long unsynced) {
    long wanted = Math.clamp(SYNCS_IN_PIECE * unsynced, PIECE_BYTES_MIN, PIECE_BYTES_MAX);
    return Math.min(Long.highestOneBit(wanted), Long.lowestOneBit(made));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
