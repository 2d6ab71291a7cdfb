package dev.tideline.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import net.openhft.chronicle.queue.ExcerptTailer;
import org.jspecify.annotations.Nullable;

/**
 * Walks a log with a tailer of its own for each generation in turn. That the end is reached it
 * learns from the log's last position alone, so that asking again and again costs nothing.
 */
final class LogReader implements RecordLog.Reader {

  private final ChronicleRecordLog log;
  private long position;
  private ByteString record = ByteString.EMPTY;
  private @Nullable Generation generation;
  private @Nullable ExcerptTailer tailer;
  private boolean closed;

  /**
   * @param from position of the record to stand before
   */
  LogReader(ChronicleRecordLog log, long from) {
    this.log = log;
    this.position = from - 1;
  }

  @Override
  public boolean next() {
    if (closed) {
      throw new IllegalStateException("the reader is closed");
    }
    if (position >= log.lastPosition()) {
      return false;
    }
    record = read(position + 1);
    position++;
    return true;
  }

  @Override
  public long position() {
    checkOnRecord();
    return position;
  }

  @Override
  public ByteString record() {
    checkOnRecord();
    return record;
  }

  @Override
  public void close() {
    closed = true;
    leaveGeneration();
  }

  private void checkOnRecord() {
    if (record.isEmpty()) {
      throw new IllegalStateException("the reader does not stand on a record");
    }
  }

  private ByteString read(long wanted) {
    var from = generation;
    var with = tailer;
    if (from == null || with == null || wanted > from.last()) {
      leaveGeneration();
      from = log.generationOf(wanted);
      with = enter(from, wanted);
    }
    try (var document = with.readingDocument()) {
      var wire = document.wire();
      if (!document.isPresent() || wire == null) {
        throw damaged(from, wanted, "nothing");
      }
      var bytes = new byte[(int) wire.bytes().readRemaining()];
      wire.bytes().read(bytes);
      var frame = Frame.read(ByteBuffer.wrap(bytes), 0, from.directory().number());
      if (frame == null || frame.kind() != Frame.Kind.RECORD || frame.position() != wanted) {
        throw damaged(from, wanted, "something else");
      }
      return UnsafeByteOperations.unsafeWrap(bytes, Frame.HEADER_BYTES, frame.payloadLength());
    }
  }

  private ExcerptTailer enter(Generation entered, long wanted) {
    var queue = entered.retain();
    generation = entered;
    var opened = queue.createTailer();
    tailer = opened;
    // A reader is used by one thread at a time, though not always the same.
    opened.singleThreadedCheckDisabled(true);
    if (!opened.moveToIndex(entered.index(wanted))) {
      throw damaged(entered, wanted, "no such index");
    }
    return opened;
  }

  private void leaveGeneration() {
    if (tailer != null) {
      tailer.close();
      tailer = null;
    }
    if (generation != null) {
      generation.release();
      generation = null;
    }
  }

  private static LogFailedException damaged(Generation in, long wanted, String found) {
    return new LogFailedException(
        in.directory().dataFile()
            + ": the record at position "
            + wanted
            + " cannot be read back ("
            + found
            + " is there): the file was changed or the disk is failing");
  }
}
