package dev.tideline.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A sequence of bytes that does not change, compared by content. */
public final class Bytes {

  /** None. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** These bytes; the caller does not change the array any more. */
  public static Bytes of(byte[] content) {
    return new Bytes(content);
  }

  /** The text in UTF-8. */
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many. */
  public int length() {
    return content.length;
  }

  /** As text, read as UTF-8. */
  public String text() {
    return new String(content, StandardCharsets.UTF_8);
  }

  /** A copy of them. */
  public byte[] toArray() {
    return content.clone();
  }

  /** Without a copy, for this package, which only reads. */
  byte[] shared() {
    return content;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return length() + " bytes";
  }
}
