package dev.tideline.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes one Protobuf message from its last byte to its first. So the length of a message within a
 * message is known when it has to be written, and neither sizes nor messages nor builders are made
 * before. Fields are given in the order of falling numbers; what has its default is left out, as
 * Protobuf does. For one message and one thread.
 *
 * <pre>
 *  0          at                        marks …              end
 *  +----------+--------------------------+--------------------+
 *  | free     | what was written last    | … what came first  |
 *  +----------+--------------------------+--------------------+
 * </pre>
 */
final class BackwardsWriter {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int VARINT_BYTES_MAX = 10;

  private byte[] bytes;
  private int at;

  /** With room for so many bytes before it must grow. */
  BackwardsWriter(int capacity) {
    bytes = new byte[capacity];
    at = capacity;
  }

  /** Bytes written; given to {@link #message} to say where one ends. */
  int mark() {
    return bytes.length - at;
  }

  /** What was written since the mark is a message, or bytes, and is the field's content. */
  void message(int field, int mark) {
    int length = mark() - mark;
    reserve(2 * VARINT_BYTES_MAX);
    varint(length);
    tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  /** An enum's number, or an unsigned or signed number that is not zigzag. */
  void number(int field, long value) {
    if (value != 0) {
      reserve(2 * VARINT_BYTES_MAX);
      varint(value);
      tag(field, WireFormat.WIRETYPE_VARINT);
    }
  }

  /** A {@code sint64} of a oneof, which is there even if it is 0. */
  void zigzag(int field, long value) {
    reserve(2 * VARINT_BYTES_MAX);
    varint((value << 1) ^ (value >> (Long.SIZE - 1)));
    tag(field, WireFormat.WIRETYPE_VARINT);
  }

  void bool(int field, boolean value) {
    number(field, value ? 1 : 0);
  }

  void fixed64(int field, long value) {
    if (value != 0) {
      patch(fixed64(field), value);
    }
  }

  /** Leaves room for a number that is told later, to {@link #patch} by the mark returned. */
  int fixed64(int field) {
    reserve(Long.BYTES + VARINT_BYTES_MAX);
    at -= Long.BYTES;
    int mark = mark();
    tag(field, WireFormat.WIRETYPE_FIXED64);
    return mark;
  }

  void patch(int mark, long value) {
    LONGS.set(bytes, bytes.length - mark, value);
  }

  void text(int field, String value) {
    int length = value.length();
    if (length == 0) {
      return;
    }
    reserve(length + 2 * VARINT_BYTES_MAX);
    int from = at - length;
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        utf8(field, value.getBytes(StandardCharsets.UTF_8));
        return;
      }
      bytes[from + i] = (byte) c;
    }
    at = from;
    varint(length);
    tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private void utf8(int field, byte[] value) {
    reserve(value.length + 2 * VARINT_BYTES_MAX);
    at -= value.length;
    System.arraycopy(value, 0, bytes, at, value.length);
    varint(value.length);
    tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  void bytes(int field, ByteString value) {
    if (!value.isEmpty()) {
      bytesOfOneof(field, value);
    }
  }

  /** Bytes of a oneof, which are there even if they are empty. */
  void bytesOfOneof(int field, ByteString value) {
    int length = value.size();
    reserve(length + 2 * VARINT_BYTES_MAX);
    at -= length;
    value.copyTo(bytes, at);
    varint(length);
    tag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  /** Copies what was written between two marks, the later one first. */
  void copy(int fromMark, int toMark, byte[] target, int offset) {
    System.arraycopy(bytes, bytes.length - fromMark, target, offset, fromMark - toMark);
  }

  /** All that was written. Nothing may be written afterwards. */
  ByteString toByteString() {
    return UnsafeByteOperations.unsafeWrap(bytes, at, bytes.length - at);
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private void varint(long value) {
    int length = (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    int next = at - length;
    at = next;
    long rest = value;
    for (; length > 1; length--) {
      bytes[next++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[next] = (byte) rest;
  }

  private void reserve(int more) {
    if (at < more) {
      int held = bytes.length - at;
      var larger = new byte[Math.max(held + more, 2 * bytes.length)];
      System.arraycopy(bytes, at, larger, larger.length - held, held);
      at = larger.length - held;
      bytes = larger;
    }
  }
}
