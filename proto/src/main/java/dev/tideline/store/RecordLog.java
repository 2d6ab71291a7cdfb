package dev.tideline.store;

import com.google.protobuf.ByteString;

/**
 * An append-only log of opaque records, each at a dense position: 1, 2, 3 … for the life of the
 * log. Positions are the log's own; generations, files and indexes are invisible above this port.
 *
 * <p>Threads: {@link #append} is called under one lock of the caller's, {@link #truncateBefore} by
 * one thread at a time, which may be another one. Everything else is safe from any thread, at any
 * time between opening and closing.
 *
 * <p>Failure: what cannot be appended for want of space throws {@link LogFullException} and leaves
 * the log as it was. A failed sync can never be retried (the kernel may have dropped the pages), so
 * it is handed to the failure handler given at opening, which ends the process; whoever waits gets
 * {@link LogFailedException} and must treat what it appended as uncertain.
 */
public interface RecordLog extends AutoCloseable {

  /** The largest record, in bytes; more than a batch of 512 KiB with everything around it. */
  int RECORD_BYTES_MAX = 8 * 1024 * 1024;

  /**
   * Appends one record; it is readable at once and survives a killed process, but not a lost
   * machine before it is durable.
   *
   * @return the record's position
   * @throws IllegalArgumentException if the record is empty or above {@link #RECORD_BYTES_MAX} (or
   *     a lower limit that comes from the log's own settings)
   * @throws LogFailedException if an append or a sync failed; the record is uncertain
   * @throws LogFullException if the reserve of free space would be touched; nothing was written
   */
  long append(ByteString record);

  /** The position of the first record still held; one more than {@link #lastPosition} if none. */
  long firstPosition();

  /** The position of the last record appended; 0 if there was never one. */
  long lastPosition();

  /** Every record up to this position survives a lost machine; 0 if none does yet. */
  long durablePosition();

  /**
   * Returns once the record at {@code position} is durable; a position of 0 always is. Group
   * commit: one sync covers every record appended before it started; the waiting thread runs the
   * sync itself if none is under way, so that nobody has to be woken.
   *
   * @throws IllegalArgumentException if it was never appended
   * @throws LogFailedException if the sync failed
   */
  void awaitDurable(long position);

  /**
   * Runs {@code action} once the record at {@code position} is durable: at once on this thread if
   * it is already, else on whichever thread completes the sync, in ascending order of position. The
   * action must not block and must not throw. It never runs if the sync fails or the log is closed.
   */
  void whenDurable(long position, Runnable action);

  /**
   * A reader that stands before the record at {@code from}. Readers are independent of each other,
   * each belongs to one thread at a time, and each must be closed before the log is.
   *
   * @throws IllegalArgumentException if {@code from} is not between {@link #firstPosition} and one
   *     more than {@link #lastPosition}
   */
  Reader read(long from);

  /**
   * Gives back the space of records before {@code position}, as far as that is possible; the rest
   * stays readable. What is kept is synced first, because the position that comes next must survive
   * with it.
   *
   * @throws IllegalStateException if a reader still stands in what would be given back; nothing was
   *     changed
   */
  void truncateBefore(long position);

  /** Bytes of undisturbed space left for records, the reserve already taken off. */
  long freeBytes();

  /** Syncs what was appended and closes. Nothing may be called afterwards. */
  @Override
  void close();

  /** Reads records in order; at the end it waits for nobody, and goes on when more is appended. */
  interface Reader extends AutoCloseable {

    /**
     * Moves to the next record; false, without moving, if there is none yet.
     *
     * @throws LogFailedException if the record is there but damaged
     */
    boolean next();

    /** The position of the record under the reader; legal after {@link #next} returned true. */
    long position();

    /** The record under the reader, a copy of its own. */
    ByteString record();

    @Override
    void close();
  }
}
