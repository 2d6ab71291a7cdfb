package dev.tideline.store;

import java.util.ArrayList;

/**
 * Settings of a {@link ChronicleRecordLog}.
 *
 * @param generationBytes size of one generation's file, allocated for real when it is begun: a
 *     multiple of 64 KiB from 1 MiB to 1 GiB. Large ones append without hiccups, small ones give
 *     space back sooner
 * @param reserveBytes free space of the disk that generations may never touch, 0 or more; it is
 *     what the checkpoint needs that frees space
 * @param lockWaitMs how long opening waits for a predecessor that is still dying to give up its
 *     lock on the directory, 0 to 60,000
 */
public record RecordLogConfig(long generationBytes, long reserveBytes, int lockWaitMs) {

  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  /** Keeps block boundaries on the page boundaries of every platform. */
  static final long GENERATION_BYTES_STEP = 64 * KIB;

  static final long GENERATION_BYTES_MIN = MIB;

  /** Offsets within a generation stay well inside an int. */
  static final long GENERATION_BYTES_MAX = 1024 * MIB;

  static final int LOCK_WAIT_MS_MAX = 60_000;

  /** One mapping of 256 MiB: the worst append then waits 1.3 ms, against 25 ms with 64 MiB. */
  public static final RecordLogConfig DEFAULT = new RecordLogConfig(256 * MIB, 256 * MIB, 5_000);

  public RecordLogConfig {
    var problems = new ArrayList<String>();
    if (generationBytes < GENERATION_BYTES_MIN
        || generationBytes > GENERATION_BYTES_MAX
        || generationBytes % GENERATION_BYTES_STEP != 0) {
      problems.add(
          "generationBytes is "
              + generationBytes
              + ", allowed are multiples of 65536 from 1048576 to 1073741824");
    }
    if (reserveBytes < 0) {
      problems.add("reserveBytes is " + reserveBytes + ", allowed are 0 and more");
    }
    if (lockWaitMs < 0 || lockWaitMs > LOCK_WAIT_MS_MAX) {
      problems.add("lockWaitMs is " + lockWaitMs + ", allowed are 0 to " + LOCK_WAIT_MS_MAX);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /**
   * The largest record that a generation of this size takes: a quarter of it less 4 KiB, because
   * that much lies mapped behind every document, and never more than {@link
   * RecordLog#RECORD_BYTES_MAX}.
   */
  public int recordBytesMax() {
    return (int) Math.min(RecordLog.RECORD_BYTES_MAX, generationBytes / 4 - 4 * KIB);
  }
}
