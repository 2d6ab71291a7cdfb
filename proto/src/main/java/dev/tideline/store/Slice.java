package dev.tideline.store;

import com.google.protobuf.ByteString;

/**
 * A reusable buffer: a byte array with a length, growing as needed and never shrinking. Not safe
 * for threads; each user keeps its own. The array is shared with whoever holds the slice, so
 * nothing of it may be kept beyond the call it was handed to.
 */
public final class Slice {

  private byte[] bytes;
  private int length;

  /** An empty slice with room for {@code capacity} bytes before it must grow. */
  public Slice(int capacity) {
    bytes = new byte[capacity];
  }

  /** A slice holding a copy of {@code content}. */
  public static Slice copyOf(ByteString content) {
    var slice = new Slice(content.size());
    slice.set(content);
    return slice;
  }

  /** The backing array; valid from 0 to {@link #length}. */
  public byte[] array() {
    return bytes;
  }

  /** Bytes in use. */
  public int length() {
    return length;
  }

  /** Makes the slice {@code newLength} bytes long, keeping what fits of its content. */
  public void resize(int newLength) {
    if (newLength > bytes.length) {
      bytes = java.util.Arrays.copyOf(bytes, Math.max(newLength, 2 * bytes.length));
    }
    length = newLength;
  }

  /** Replaces the content with a copy of {@code content}. */
  public void set(ByteString content) {
    resize(content.size());
    content.copyTo(bytes, 0);
  }

  /** The content as an immutable copy. */
  public ByteString toByteString() {
    return ByteString.copyFrom(bytes, 0, length);
  }
}
