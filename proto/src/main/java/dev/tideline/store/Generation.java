package dev.tideline.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.jspecify.annotations.Nullable;

/**
 * One generation as readers see it: the positions from {@link #first} to {@link #last}, in a queue
 * that is open while somebody uses it and no longer. Unmapping it under a reader would end the JVM,
 * so the last user closes it, whoever that is.
 *
 * <p>Threads: safe for all.
 */
final class Generation {

  private final GenerationDirectory directory;
  private final GenerationHeader header;
  private volatile long last;

  private int users;
  private boolean removed;
  private @Nullable SingleChronicleQueue queue;

  private Generation(
      GenerationDirectory directory,
      GenerationHeader header,
      long last,
      @Nullable SingleChronicleQueue queue) {
    this.directory = directory;
    this.header = header;
    this.last = last;
    this.queue = queue;
    this.users = queue == null ? 0 : 1;
  }

  /** A generation that ends at {@code last}. */
  static Generation sealed(GenerationDirectory directory, GenerationHeader header, long last) {
    return new Generation(directory, header, last, null);
  }

  /** The generation that is written to; its writer is the first user of its queue. */
  static Generation active(
      GenerationDirectory directory, GenerationHeader header, SingleChronicleQueue queue) {
    return new Generation(directory, header, Long.MAX_VALUE, queue);
  }

  GenerationDirectory directory() {
    return directory;
  }

  /** Position of its first record. */
  long first() {
    return header.first();
  }

  /** Position of its last record; beyond every position while it is written to. */
  long last() {
    return last;
  }

  void seal(long lastPosition) {
    last = lastPosition;
  }

  /** Index in the queue of the record at {@code position}; the header is document 0. */
  long index(long position) {
    return GenerationQueue.index(position - header.first() + 1);
  }

  /** The open queue, until {@link #release}. */
  synchronized SingleChronicleQueue retain() {
    if (removed) {
      throw new IllegalStateException(directory.path() + " was given back by truncation");
    }
    if (queue == null) {
      try {
        queue = GenerationQueue.open(directory, header.generationBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    users++;
    return queue;
  }

  synchronized void release() {
    users--;
    if (users == 0 && queue != null) {
      queue.close();
      queue = null;
    }
  }

  synchronized boolean isUsed() {
    return users > 0;
  }

  synchronized void remove(LogEnvironment machine) throws IOException {
    if (users > 0) {
      throw new IllegalStateException(directory.path() + " is still being read");
    }
    removed = true;
    directory.remove(machine);
  }

  @Override
  public String toString() {
    return directory.path().toString();
  }
}
