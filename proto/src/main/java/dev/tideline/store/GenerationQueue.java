package dev.tideline.store;

import java.io.IOException;
import java.nio.file.Files;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.posix.OpenFlag;
import net.openhft.posix.PosixAPI;

/** How a generation becomes a Chronicle Queue of exactly one file under exactly one mapping. */
final class GenerationQueue {

  /** The constant time of every queue: its second day, because cycle 0 is a special case there. */
  private static final long QUEUE_TIME_MS = 24 * 60 * 60 * 1000;

  static final int CYCLE = 1;

  private static final RollCycles ROLL_CYCLE = RollCycles.FAST_DAILY;

  /** One record of 1 byte: document header, frame, padding. */
  private static final int DOCUMENT_BYTES_MIN = 4 + Frame.HEADER_BYTES + 4;

  /** Documents between two index entries: what a reader skips at most when it is opened. */
  private static final int INDEX_SPACING = 1024;

  private static final int INDEX_COUNT_MIN = 8;
  private static final int FILE_MODE = 0644;

  private GenerationQueue() {}

  /**
   * Opens the queue of a generation that is ours alone. Its metadata is thrown away first: whatever
   * lock a dead process left in it goes with it, as does what a lost machine tore.
   */
  static SingleChronicleQueue open(GenerationDirectory directory, long generationBytes)
      throws IOException {
    Files.deleteIfExists(directory.path().resolve(GenerationDirectory.METADATA_FILE));
    return SingleChronicleQueueBuilder.single(directory.path().toFile())
        .rollCycle(ROLL_CYCLE)
        .timeProvider(() -> QUEUE_TIME_MS)
        .blockSize(generationBytes)
        .indexSpacing(INDEX_SPACING)
        .indexCount(indexCount(generationBytes))
        .build();
  }

  /** The index of a generation's n-th document, counted from 0. */
  static long index(long document) {
    return ROLL_CYCLE.toIndex(CYCLE, document);
  }

  /**
   * Creates the data file with all its blocks, so that writing to its mapping can never meet a full
   * disk, which would end the JVM with SIGBUS.
   */
  static void allocate(GenerationDirectory directory, long bytes) throws IOException {
    Files.createFile(directory.dataFile());
    var posix = PosixAPI.posix();
    int file = posix.open(directory.dataFile().toString(), OpenFlag.O_RDWR, FILE_MODE);
    if (file < 0) {
      throw new IOException("cannot open " + directory.dataFile());
    }
    try {
      if (posix.fallocate(file, 0, 0, bytes) != 0) {
        throw new IOException("cannot allocate " + bytes + " bytes for " + directory.dataFile());
      }
    } finally {
      posix.close(file);
    }
  }

  /** So many index entries that one index page covers the generation, however small its records. */
  private static int indexCount(long generationBytes) {
    long entries = generationBytes / DOCUMENT_BYTES_MIN / INDEX_SPACING + 1;
    return (int) Math.max(INDEX_COUNT_MIN, Long.highestOneBit(entries) * 2);
  }
}
