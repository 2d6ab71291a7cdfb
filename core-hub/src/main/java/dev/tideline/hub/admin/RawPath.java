package dev.tideline.hub.admin;

import dev.tideline.model.InvalidInputException;
import dev.tideline.model.Key;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A key as it stands in a path: percent-decoded once, strictly UTF-8, never normalised, so that
 * {@code a//b}, {@code ../x} and {@code a;b} are the keys they look like.
 */
final class RawPath {

  private RawPath() {}

  /**
   * The key of a raw path's rest.
   *
   * @throws InvalidInputException if it is not one
   */
  static Key key(String raw) {
    var bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        bytes.write(escaped(raw, i));
        i += 2;
      } else if (c > 0x20 && c < 0x7f) {
        bytes.write(c);
      } else {
        throw new InvalidInputException(
            "the key has the raw character U+%04X: percent-encode it".formatted((int) c));
      }
    }
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return Key.of(decoder.decode(ByteBuffer.wrap(bytes.toByteArray())).toString());
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("the key is not UTF-8 once percent-decoded");
    }
  }

  private static int escaped(String raw, int at) {
    int high = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 1), 16) : -1;
    int low = at + 2 < raw.length() ? Character.digit(raw.charAt(at + 2), 16) : -1;
    if (high < 0 || low < 0) {
      throw new InvalidInputException(
          "the key has a '%' that two hexadecimal digits do not follow");
    }
    return 16 * high + low;
  }
}
