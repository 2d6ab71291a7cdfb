package dev.tideline.store;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.UnsafeMemory;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes one generation: prepared ahead with everything durable but its header, begun when its
 * predecessor is full, ended for good.
 *
 * <p>Threads: one at a time (the log's caller holds a lock). {@link #file} may be forced meanwhile,
 * and anybody may ask for {@link #freeBytes}.
 */
final class GenerationWriter {

  /** Kept free for the END frame. */
  private static final int END_BYTES = 64;

  private static final int DOCUMENT_HEADER_BYTES = 4;
  private static final int BUFFER_BYTES_MIN = 64 * 1024;

  private final GenerationDirectory directory;
  private final long generationBytes;
  private final SingleChronicleQueue queue;
  private final ExcerptAppender appender;
  private final GenerationFile file;

  private byte[] buffer = new byte[BUFFER_BYTES_MIN];

  /** Outside the heap: from there the queue copies in one go, from an array long by long. */
  private final Bytes<?> frameBytes = Bytes.allocateElasticDirect(BUFFER_BYTES_MIN);

  /** Once it has begun. */
  private @Nullable PagesAhead ahead;

  private long nextDocument;
  private volatile long end;

  private GenerationWriter(
      GenerationDirectory directory,
      long generationBytes,
      SingleChronicleQueue queue,
      GenerationFile file) {
    this.directory = directory;
    this.generationBytes = generationBytes;
    this.queue = queue;
    this.file = file;
    appender = queue.createAppender();
    // The log's caller holds a lock, so it is one thread at a time, though not always the same.
    appender.singleThreadedCheckDisabled(true);
    frameBytes.singleThreadedCheckDisabled(true);
  }

  /**
   * Creates the directory, allocates the file and lets Chronicle write its own header and indexes.
   * Everything is durable on return, the names included, so that forcing the file alone is enough
   * ever after.
   */
  static GenerationWriter prepare(
      GenerationDirectory directory, long generationBytes, LogEnvironment machine)
      throws IOException {
    Files.createDirectory(directory.path());
    GenerationQueue.allocate(directory, generationBytes);
    var queue = GenerationQueue.open(directory, generationBytes);
    try {
      // Creates the store in the file and lets go of it again; the appender takes it from the file.
      Objects.requireNonNull(queue.storeForCycle(GenerationQueue.CYCLE, 0, true, null)).close();
      return new GenerationWriter(
          directory, generationBytes, queue, forced(directory, generationBytes, machine));
    } catch (IOException | RuntimeException | Error e) {
      queue.close();
      throw e;
    }
  }

  private static GenerationFile forced(
      GenerationDirectory directory, long generationBytes, LogEnvironment machine)
      throws IOException {
    var file = GenerationFile.open(directory.dataFile(), generationBytes);
    try {
      file.forceAll(machine);
      GenerationDirectory.forceEntries(directory.path(), machine);
      GenerationDirectory.forceEntries(directory.log(), machine);
      return file;
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Writes the header; from here on the generation can be read. */
  Generation begin(GenerationHeader header, long knownDurable) throws IOException {
    write(Frame.Kind.HEADER, header.first(), knownDurable, header.payload());
    ahead = pagesAhead();
    return Generation.active(directory, header, queue);
  }

  /** The file is under one mapping, see {@link GenerationQueue}. */
  private PagesAhead pagesAhead() throws IOException {
    long written = end - 1;
    long mapping =
        Objects.requireNonNull(appender.wire()).bytes().addressForRead(written) - written;
    return PagesAhead.open(directory.dataFile(), generationBytes, mapping, end + END_BYTES);
  }

  /** Whether a record of {@code bytes} fits, leaving room for what ends the generation. */
  boolean hasRoomFor(int bytes) {
    return bytes + Frame.HEADER_BYTES + 2 * DOCUMENT_HEADER_BYTES <= freeBytes();
  }

  /** Bytes left. */
  long freeBytes() {
    return Math.max(0, generationBytes - END_BYTES - end);
  }

  /** What to force to make durable everything written. */
  GenerationFile file() {
    return file;
  }

  GenerationDirectory directory() {
    return directory;
  }

  void append(long position, long knownDurable, ByteString record) throws IOException {
    write(Frame.Kind.RECORD, position, knownDurable, record);
  }

  /** Testifies that everything up to {@code last} is durable. */
  void end(long last) throws IOException {
    write(Frame.Kind.END, last, last, ByteString.EMPTY);
  }

  /** Stops writing; the queue belongs to the generation's users if it was begun, else it closes. */
  void close() {
    if (ahead != null) {
      ahead.close();
    }
    appender.close();
    frameBytes.releaseLast();
    if (nextDocument == 0) {
      queue.close();
    }
  }

  /** Offset behind the last document. */
  long end() {
    return end;
  }

  /**
   * One write of bytes that are complete: a document that is left by an exception half way would be
   * committed as it is.
   */
  private void write(Frame.Kind kind, long position, long knownDurable, ByteString payload)
      throws IOException {
    ensureBuffer(Frame.HEADER_BYTES + payload.size());
    var frame = new Frame(kind, position, knownDurable, payload.size());
    int length = Frame.write(buffer, directory.number(), frame, payload);
    frameBytes.clear();
    frameBytes.ensureCapacity(length);
    UnsafeMemory.MEMORY.copyMemory(buffer, 0, frameBytes.addressForWrite(0), length);
    frameBytes.writePosition(length);
    if (ahead != null) {
      ahead.makeTo(end + length + END_BYTES, file.unsynced());
    }
    appender.writeBytes(frameBytes);
    long index = appender.lastIndexAppended();
    if (index != GenerationQueue.index(nextDocument)) {
      throw new IllegalStateException(
          directory.path() + ": document " + nextDocument + " was written at index " + index);
    }
    nextDocument++;
    end = Objects.requireNonNull(appender.wire()).bytes().writePosition();
    file.wrote(end);
  }

  private void ensureBuffer(int length) {
    if (buffer.length < length) {
      buffer = new byte[Math.max(length, 2 * buffer.length)];
    }
  }
}
