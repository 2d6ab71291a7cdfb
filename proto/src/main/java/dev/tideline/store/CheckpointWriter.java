package dev.tideline.store;

import com.google.protobuf.ByteString;

/**
 * Writes one checkpoint beside the one that counts. It counts itself only from the end of {@link
 * #finish} on. Belongs to one thread.
 */
public interface CheckpointWriter extends AutoCloseable {

  /** Adds a message of the owner's, at most 64 MiB. */
  void state(ByteString message);

  /** Adds an entry: the key, and the first {@code valueLength} bytes of the value. */
  void entry(Slice key, Slice value, int valueLength);

  /** Bytes written so far. */
  long bytes();

  /**
   * Makes the checkpoint the one that counts and removes its predecessor.
   *
   * @param end position of the log up to which entries may reach; the log must be durable to there
   */
  void finish(long end);

  /** Gives up what is not finished. */
  @Override
  void close();
}
