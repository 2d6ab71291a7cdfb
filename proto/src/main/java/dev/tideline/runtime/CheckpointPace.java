package dev.tideline.runtime;

/**
 * When the next checkpoint is due: after enough log, or a while after one that came to nothing. The
 * log counts from where that one began, so its bytes alone would let a node whose disk was full for
 * a moment wait for as much again before it makes room. Guarded by its owner; it has no clock.
 */
final class CheckpointPace {

  /** What was full or slow a second ago may not be any more. */
  static final long RETRY_BASE_MS = 1_000;

  /** A checkpoint reads all there is: a disk that stays full is not to be kept busy by it. */
  static final long RETRY_CAP_MS = 60_000;

  /** The doubling ends before it overflows. */
  private static final int DOUBLINGS_MAX = 16;

  private final long logBytesMin;
  private long lastBytes;
  private int failures;
  private long retryAtMs;

  /**
   * A pace.
   *
   * @param logBytesMin after so many bytes of log one is due; with a large table, after half the
   *     size of the last checkpoint if that is more
   */
  CheckpointPace(long logBytesMin) {
    this.logBytesMin = logBytesMin;
  }

  /**
   * Whether one is due.
   *
   * @param logBytes since the last one began, whatever became of it
   * @param nowMs of any clock that never goes back
   */
  boolean due(long logBytes, long nowMs) {
    return failures > 0 ? nowMs >= retryAtMs : logBytes >= Math.max(logBytesMin, lastBytes / 2);
  }

  /** One of so many bytes counts. */
  void written(long bytes) {
    lastBytes = bytes;
    failures = 0;
  }

  /** One came to nothing. */
  void failed(long nowMs) {
    long wait = RETRY_BASE_MS << Math.min(failures, DOUBLINGS_MAX);
    retryAtMs = nowMs + Math.min(RETRY_CAP_MS, wait);
    failures++;
  }
}
