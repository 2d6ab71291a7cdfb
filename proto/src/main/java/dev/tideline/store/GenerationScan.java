package dev.tideline.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.wire.Wires;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a generation from its bytes alone, without opening it as a queue: nothing is
 * written, and no garbage can lead outside the file.
 *
 * <p>A queue file is a chain of documents, each at a multiple of 4 bytes, each behind a header of 4
 * bytes in the machine's order: 30 bits of length, one bit "not data but Chronicle's own", one bit
 * "not complete yet". A header of zero is the end.
 *
 * <pre>
 * +--------------------+--------+---------+----+---------+----+---------+---+
 * | Chronicle's own:   | header | HEADER  | hd | RECORD  | hd | RECORD  | 0 |
 * | header and indexes | 4 B    | frame   |    | frame   |    | frame   |   |
 * +--------------------+--------+---------+----+---------+----+---------+---+
 * </pre>
 *
 * <p>The <em>chain</em> is followed as a tailer would, as long as every frame in it is whole and
 * continues the one before: what it reaches can be read back through the queue. When pages are lost
 * in the middle, whole frames may lie behind the place where the chain breaks. They are searched
 * for byte by byte, not to be used, but for what they testify: that something was there, and what
 * was durable when they were written.
 */
final class GenerationScan {

  private static final int DOCUMENT_HEADER_BYTES = 4;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 * 1024).asReadOnlyBuffer();

  private final long number;
  private final Records visitor;
  private @Nullable GenerationHeader header;
  private long last;
  private long knownDurable;
  private int chainEnd;
  private boolean torn;
  private long framesInChain;
  private long framesBehind;

  private boolean enough;

  private GenerationScan(long number, Records visitor) {
    this.number = number;
    this.visitor = visitor;
  }

  /** Sees the records of the chain. */
  interface Records {

    /** One record at an offset of the file, with what it holds; false if that is enough. */
    boolean record(long position, int offset, ByteBuffer payload);
  }

  /**
   * Follows the chain to its end and searches the rest of the file.
   *
   * @throws LogOpenException if the generation is of another format version
   */
  static GenerationScan of(GenerationDirectory generation) throws IOException {
    return of(generation, (position, offset, payload) -> true);
  }

  /** The same, showing the records; what lies behind the last one that was wanted is not read. */
  static GenerationScan of(GenerationDirectory generation, Records visitor) throws IOException {
    var scan = new GenerationScan(generation.number(), visitor);
    scan.run(generation, true);
    return scan;
  }

  /** Reads no further than the header; null if there is none that is whole. */
  static @Nullable GenerationHeader header(GenerationDirectory generation) throws IOException {
    var scan = new GenerationScan(generation.number(), (position, offset, payload) -> true);
    scan.run(generation, false);
    return scan.header;
  }

  /** Null if it is missing or torn. */
  @Nullable GenerationHeader header() {
    return header;
  }

  /** Last record in the chain; one before the first if there is none, 0 without a header. */
  long last() {
    return last;
  }

  /** The highest position that any whole frame, wherever it lies, says was durable. */
  long knownDurable() {
    return knownDurable;
  }

  /** Offset behind the last whole document. */
  int chainEnd() {
    return chainEnd;
  }

  /** Whether something that is not a whole document follows the chain. */
  boolean torn() {
    return torn;
  }

  /** Number of whole frames behind the end of the chain. */
  long framesBehind() {
    return framesBehind;
  }

  /** Number of whole frames in the chain and behind it. */
  long frames() {
    return framesInChain + framesBehind;
  }

  private void run(GenerationDirectory generation, boolean whole) throws IOException {
    var path = generation.dataFile();
    if (!Files.exists(path)) {
      return;
    }
    try (var channel = FileChannel.open(path, StandardOpenOption.READ);
        var unwritten = new UnwrittenSpace(path, channel.size());
        var arena = Arena.ofConfined()) {
      var file = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena).asByteBuffer();
      followChain(file, generation, whole);
      if (whole && !enough) {
        searchBehind(file, unwritten);
      }
    }
  }

  private void followChain(ByteBuffer file, GenerationDirectory generation, boolean whole) {
    var headers = file.duplicate().order(ByteOrder.nativeOrder());
    int offset = 0;
    while (file.limit() - offset >= DOCUMENT_HEADER_BYTES && wanted(whole)) {
      int word = headers.getInt(offset);
      torn = word != 0;
      int length = Wires.lengthOf(word);
      int content = offset + DOCUMENT_HEADER_BYTES;
      if (!Wires.isReady(word) || length > file.limit() - content) {
        return;
      }
      if (Wires.isReadyData(word) && !accept(file, content, length, generation)) {
        return;
      }
      torn = false;
      offset = align(content + length);
      chainEnd = offset;
    }
  }

  private boolean wanted(boolean whole) {
    return !enough && (whole || header == null);
  }

  /** Takes in a data document if it holds the frame that is due. */
  private boolean accept(ByteBuffer file, int at, int length, GenerationDirectory generation) {
    var frame = Frame.read(file.duplicate().limit(at + length), at, number);
    if (frame == null) {
      return false;
    }
    boolean due = isDue(frame);
    if (due && frame.kind() == Frame.Kind.HEADER) {
      header = GenerationHeader.read(file, at, frame, generation.dataFile());
      last = header.first() - 1;
    } else if (due) {
      last = frame.position();
    }
    if (due) {
      framesInChain++;
      knownDurable = Math.max(knownDurable, frame.knownDurable());
    }
    if (due && frame.kind() == Frame.Kind.RECORD) {
      var payload = file.slice(at + Frame.HEADER_BYTES, frame.payloadLength());
      enough = !visitor.record(frame.position(), at, payload);
    }
    return due;
  }

  /** Whether it is the frame that goes on with the chain. */
  private boolean isDue(Frame frame) {
    return switch (frame.kind()) {
      case HEADER -> header == null;
      case RECORD -> header != null && frame.position() == last + 1;
      case END -> header != null && frame.position() == last;
    };
  }

  /**
   * Whether a frame behind the chain is the one that was being appended when the process was
   * killed: all there but for its document's header, which is written last. It was never promised.
   */
  private boolean isUnderWay(ByteBuffer file, int at, Frame frame) {
    int word = file.duplicate().order(ByteOrder.nativeOrder()).getInt(chainEnd);
    return at == chainEnd + DOCUMENT_HEADER_BYTES && !Wires.isReady(word) && isDue(frame);
  }

  private void searchBehind(ByteBuffer file, UnwrittenSpace unwritten) {
    int end = file.limit() - Frame.HEADER_BYTES;
    int at = chainEnd;
    while (at <= end) {
      if (file.getInt(at) == 0) {
        at = behindZeros(file, at, unwritten);
        continue;
      }
      torn = true;
      var frame = Frame.read(file, at, number);
      if (frame == null) {
        at += DOCUMENT_HEADER_BYTES;
      } else {
        framesBehind += isUnderWay(file, at, frame) ? 0 : 1;
        knownDurable = Math.max(knownDurable, frame.knownDurable());
        at = align(at + Frame.HEADER_BYTES + frame.payloadLength());
      }
    }
  }

  /**
   * The next word that is not all zero, or the end: most of a generation was never written, which
   * the file system knows, and of the rest a comparison of blocks is as fast as memory.
   */
  private static int behindZeros(ByteBuffer file, int from, UnwrittenSpace unwritten) {
    int at = from;
    while (at < file.limit()) {
      int length = Math.min(ZEROS.capacity(), file.limit() - at);
      int differs = file.slice(at, length).mismatch(ZEROS.slice(0, length));
      if (differs >= 0) {
        return (at + differs) & -DOCUMENT_HEADER_BYTES;
      }
      at = (int) unwritten.nextWritten(at + length);
    }
    return file.limit();
  }

  private static int align(int offset) {
    return (offset + DOCUMENT_HEADER_BYTES - 1) & -DOCUMENT_HEADER_BYTES;
  }
}
