package dev.tideline.model;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * A key: UTF-8, 1 to {@value #BYTES_MAX} bytes, {@code zone/rest}. It is never normalised: empty,
 * {@code .} and {@code ..} segments are ordinary. Instances keep their bytes, so that one used
 * often is encoded once.
 */
public final class Key {

  /** So that a key always fits a packet, a table entry and a line of a log. */
  public static final int BYTES_MAX = 512;

  private final String text;
  private final byte[] utf8;

  /** Racy on purpose, like that of String: every thread comes to the same. 0 is not made yet. */
  private int zoneHash;

  private Key(String text, byte[] utf8) {
    this.text = text;
    this.utf8 = utf8;
  }

  /**
   * The key of this text.
   *
   * @throws InvalidInputException if it is empty, too long, or not encodable as UTF-8
   */
  public static Key of(String text) {
    if (hasLoneSurrogate(text)) {
      throw new InvalidInputException("the key is not valid Unicode: it has a lone surrogate");
    }
    var utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length == 0 || utf8.length > BYTES_MAX) {
      throw new InvalidInputException(
          "the key has %d bytes: it must have 1 to %d".formatted(utf8.length, BYTES_MAX));
    }
    return new Key(text, utf8);
  }

  /** What {@code getBytes} would silently replace. */
  private static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean paired =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!paired) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /** The key as text. */
  public String text() {
    return text;
  }

  /** The part before the first {@code /}, the whole key if there is none: the unit of locality. */
  public String zone() {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  /** The low bits of the zone's xxHash64; made once and without garbage, for every read asks. */
  int zoneHash() {
    int hash = zoneHash;
    if (hash == 0) {
      hash = (int) XxHash64.hash(utf8, zoneLength());
      zoneHash = hash;
    }
    return hash;
  }

  /** In bytes; no other character of UTF-8 has the byte of a slash in it. */
  private int zoneLength() {
    for (int i = 0; i < utf8.length; i++) {
      if (utf8[i] == '/') {
        return i;
      }
    }
    return utf8.length;
  }

  /** Length in bytes. */
  public int length() {
    return utf8.length;
  }

  /** Copies the key's bytes to {@code target} from {@code offset}. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(utf8, 0, target, offset, utf8.length);
  }

  /** The key's bytes. */
  public ByteString toByteString() {
    return ByteString.copyFrom(utf8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
