package dev.tideline.codec;

import com.google.protobuf.ByteString;
import dev.tideline.model.EdgeId;
import dev.tideline.model.HybridTime;
import dev.tideline.model.MutationId;
import dev.tideline.model.State;
import dev.tideline.model.Version;
import dev.tideline.store.Slice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/**
 * A key's state inside a table entry. All numbers are little-endian.
 *
 * <pre>
 *  0        1        2        3        4                 8
 *  +--------+--------+--------+--------+-----------------+
 *  | format | kind   | flags  | 0      | type length     |  kind: 0 absent, 1 register, 2 counter
 *  +--------+--------+--------+--------+-----------------+  flags: bit 0 tombstone
 *  | revision of the version                             |  8
 *  | hybrid time of the version                          | 16
 *  | sum (counter)                                       | 24
 *  | others' revision (counter)                          | 32
 *  +-----------------------------------+-----------------+
 *  | number of origins                 | value length    | 40, 44
 *  +-----------------------------------+-----------------+
 *  | origins: edge length (1), edge, incarnation (8), sequence (8) …   48
 *  | content type …
 *  | value …
 * </pre>
 *
 * An absent state is its first 8 bytes alone.
 */
public final class StateBytes {

  private static final byte FORMAT = 1;
  private static final byte ABSENT = 0;
  private static final byte REGISTER = 1;
  private static final byte COUNTER = 2;
  private static final byte TOMBSTONE = 1;
  private static final int SHORT_HEADER = 8;
  private static final int HEADER = 48;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private StateBytes() {}

  /** Writes the state behind what the slice holds. */
  public static void append(State state, Slice to) {
    switch (state) {
      case State.Absent absent -> {
        int at = to.length();
        to.resize(at + SHORT_HEADER);
        header(to.array(), at, ABSENT, (byte) 0, 0);
      }
      case State.Register register -> append(REGISTER, register.version(), 0, 0, to);
      case State.Counter counter ->
          append(COUNTER, counter.latest(), counter.sum(), counter.othersRevision(), to);
    }
  }

  /** Reads the state that begins at {@code at}. */
  public static State read(Slice from, int at) {
    var bytes = from.array();
    if (bytes[at] != FORMAT) {
      throw new IllegalStateException("table entry of unknown format " + bytes[at]);
    }
    return switch (bytes[at + 1]) {
      case ABSENT -> State.ABSENT;
      case REGISTER -> new State.Register(version(bytes, at));
      case COUNTER ->
          new State.Counter(
              (long) LONGS.get(bytes, at + 24),
              version(bytes, at),
              (long) LONGS.get(bytes, at + 32));
      default -> throw new IllegalStateException("table entry of unknown kind " + bytes[at + 1]);
    };
  }

  static boolean isAbsent(Slice from, int at) {
    return from.array()[at + 1] == ABSENT;
  }

  static boolean isCounter(Slice from, int at) {
    return from.array()[at + 1] == COUNTER;
  }

  static boolean isTombstone(Slice from, int at) {
    return (from.array()[at + 2] & TOMBSTONE) != 0;
  }

  static HybridTime time(Slice from, int at) {
    return new HybridTime((long) LONGS.get(from.array(), at + 16));
  }

  static long sum(Slice from, int at) {
    return (long) LONGS.get(from.array(), at + 24);
  }

  static int contentTypeLength(Slice from, int at) {
    return (int) INTS.get(from.array(), at + 4);
  }

  static int valueLength(Slice from, int at) {
    return (int) INTS.get(from.array(), at + 44);
  }

  /** Where the content type begins, behind the origins. */
  static int contentTypeAt(Slice from, int at) {
    var bytes = from.array();
    int next = at + HEADER;
    for (int origins = (int) INTS.get(bytes, at + 40); origins > 0; origins--) {
      next += 1 + bytes[next] + 16;
    }
    return next;
  }

  private static void append(byte kind, Version version, long sum, long others, Slice to) {
    int at = to.length();
    var contentType = version.contentType().getBytes(StandardCharsets.UTF_8);
    int size = HEADER + contentType.length + version.value().size();
    for (var origin : version.origins()) {
      size += 1 + origin.edge().text().length() + 16;
    }
    to.resize(at + size);
    var bytes = to.array();
    header(bytes, at, kind, version.tombstone() ? TOMBSTONE : 0, contentType.length);
    LONGS.set(bytes, at + 8, version.revision());
    LONGS.set(bytes, at + 16, version.time().bits());
    LONGS.set(bytes, at + 24, sum);
    LONGS.set(bytes, at + 32, others);
    INTS.set(bytes, at + 40, version.origins().size());
    INTS.set(bytes, at + 44, version.value().size());
    int next = at + HEADER;
    for (var origin : version.origins()) {
      next = origin(bytes, next, origin);
    }
    System.arraycopy(contentType, 0, bytes, next, contentType.length);
    version.value().copyTo(bytes, next + contentType.length);
  }

  private static void header(byte[] bytes, int at, byte kind, byte flags, int typeLength) {
    bytes[at] = FORMAT;
    bytes[at + 1] = kind;
    bytes[at + 2] = flags;
    bytes[at + 3] = 0;
    INTS.set(bytes, at + 4, typeLength);
  }

  private static int origin(byte[] bytes, int at, MutationId origin) {
    var edge = origin.edge().text().getBytes(StandardCharsets.US_ASCII);
    bytes[at] = (byte) edge.length;
    System.arraycopy(edge, 0, bytes, at + 1, edge.length);
    int next = at + 1 + edge.length;
    LONGS.set(bytes, next, origin.incarnation());
    LONGS.set(bytes, next + 8, origin.sequence());
    return next + 16;
  }

  private static Version version(byte[] bytes, int at) {
    int count = (int) INTS.get(bytes, at + 40);
    var origins = new ArrayList<MutationId>(count);
    int next = at + HEADER;
    for (int i = 0; i < count; i++) {
      int length = bytes[next];
      var edge = new EdgeId(new String(bytes, next + 1, length, StandardCharsets.US_ASCII));
      next += 1 + length;
      origins.add(
          new MutationId(edge, (long) LONGS.get(bytes, next), (long) LONGS.get(bytes, next + 8)));
      next += 16;
    }
    int typeLength = (int) INTS.get(bytes, at + 4);
    int valueLength = (int) INTS.get(bytes, at + 44);
    return new Version(
        origins,
        (long) LONGS.get(bytes, at + 8),
        new HybridTime((long) LONGS.get(bytes, at + 16)),
        new String(bytes, next, typeLength, StandardCharsets.UTF_8),
        ByteString.copyFrom(bytes, next + typeLength, valueLength),
        (bytes[at + 2] & TOMBSTONE) != 0);
  }
}
